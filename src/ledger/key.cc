#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/hash.h"
#include "ledger/ledger.h"

namespace backtrail::ledger {
namespace fs = std::filesystem;
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::shared_ptr<evp_pkey_st> share(EVP_PKEY* key) {
  return std::shared_ptr<evp_pkey_st>(key, [](EVP_PKEY* k) { EVP_PKEY_free(k); });
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string public_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  BACKTRAIL_CHECK(bio != nullptr && PEM_write_bio_PUBKEY(bio.get(), key) == 1, "PEM of a key");
  return text_of(bio);
}

std::string fingerprint_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  BACKTRAIL_CHECK(size > 0, "DER of a key");
  std::string out =
      sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return out;
}

/// Never asks on the terminal for a pass phrase.
int no_passphrase(char*, int, int, void*) { return 0; }

Error not_a_key(const fs::path& file) {
  return invalid_argument("key.invalid",
                          file.string() +
                              " is not an Ed25519 private key (PEM, unencrypted); move it "
                              "away and a new key will be made");
}

Result<void> check_permissions(const fs::path& file) {
  struct stat s {};
  if (::lstat(file.c_str(), &s) != 0) return system_error("stat " + file.string(), errno);
  if (!S_ISREG(s.st_mode)) return not_a_key(file);
  if ((s.st_mode & 0077) != 0)
    return make_error(ErrorCode::permission_denied, "key.permissions",
                      "others may read the signing key " + file.string() + "; run: chmod 600 '" +
                          file.string() + "'");
  return {};
}

Result<std::string> private_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return internal_error("key.encode", "the new signing key could not be encoded");
  return text_of(bio);
}

/// Makes the file, unless another process was first.
Result<void> write_new_key(const fs::path& file, EVP_PKEY* key) {
  const fs::path folder = file.parent_path();
  BACKTRAIL_RETURN_IF_ERROR(make_directories(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return system_error("create folder " + folder.string(), errno);
  std::string temporary = file.string() + ".XXXXXX";
  const FileHandle out(::mkostemp(temporary.data(), O_CLOEXEC));  // 0600
  if (!out) return system_error("create " + temporary, errno);
  BACKTRAIL_ASSIGN(std::string pem, private_pem(key));
  Result<void> written = write_all(out, pem);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (written && ::fsync(out.get()) != 0) written = system_error("fsync", errno);
  if (written && ::link(temporary.c_str(), file.c_str()) != 0 && errno != EEXIST)
    written = system_error("create " + file.string(), errno);
  ::unlink(temporary.c_str());
  if (!written) return written.error().with_context(file.string());
  return sync_directory(folder);
}

}  // namespace

PublicKey::PublicKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)),
      fingerprint_(fingerprint_of(key_.get())),
      pem_(public_pem(key_.get())) {}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  const Error bad = invalid_argument("key.invalid", "not the PEM of an Ed25519 public key");
  if (pem.size() > 4096) return bad;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EVP_PKEY* key = PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr);
  if (key == nullptr) return bad;
  auto shared = share(key);
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) return bad;
  PublicKey out(std::move(shared));
  if (out.pem() != pem) return bad;  // one key has one text, so that no changed byte goes unseen
  return out;
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

SigningKey::SigningKey(std::shared_ptr<evp_pkey_st> key) : key_(key), public_(std::move(key)) {}

SigningKey SigningKey::generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  BACKTRAIL_CHECK(key != nullptr, "Ed25519 is not available");
  return SigningKey(share(key));
}

Result<fs::path> SigningKey::default_path() {
  const auto absolute = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    const fs::path path = value != nullptr ? value : "";
    return path.is_absolute() ? path : fs::path();
  };
  fs::path data = absolute("XDG_DATA_HOME");
  if (data.empty() && !absolute("HOME").empty()) data = absolute("HOME") / ".local" / "share";
  if (data.empty())
    return failed_precondition("key.no_home",
                               "no place for the signing key: set HOME or XDG_DATA_HOME to an "
                               "absolute path");
  return data / "backtrail" / "keys" / "ed25519.pem";
}

Result<SigningKey> SigningKey::load_or_create(const fs::path& file) {
  if (!backtrail::exists(file))
    BACKTRAIL_RETURN_IF_ERROR(write_new_key(file, generate().key_.get()));
  BACKTRAIL_RETURN_IF_ERROR(check_permissions(file));
  BACKTRAIL_ASSIGN(std::string pem, read_file(file, 4096));
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (key == nullptr) return not_a_key(file);
  auto shared = share(key);
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) return not_a_key(file);
  return SigningKey(std::move(shared));
}

std::string SigningKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string out(64, '\0');
  std::size_t size = out.size();
  BACKTRAIL_CHECK(
      context != nullptr &&
          EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
          EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                         bytes_of(message), message.size()) == 1 &&
          size == out.size(),
      "Ed25519 signature");
  return out;
}

}  // namespace backtrail::ledger
