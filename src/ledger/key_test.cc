#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "ledger/detail/base64.h"
#include "ledger/ledger.h"

namespace backtrail::ledger {
namespace {
namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_mode & 07777 : 0;
}

TEST(SigningKey, IsMadeOnceForItsUserAlone) {
  const auto dir = TemporaryDirectory::create("key-test").value();
  const fs::path file = dir.path() / "data" / "keys" / "ed25519.pem";
  const auto made = SigningKey::load_or_create(file);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(mode_of(file.parent_path()), 0700U);
  const auto again = SigningKey::load_or_create(file);
  ASSERT_TRUE(again);
  EXPECT_EQ(made->fingerprint(), again->fingerprint());
  EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), {}), 1);
}

TEST(SigningKey, IsOneWhenManyMakeItAtOnce) {
  const auto dir = TemporaryDirectory::create("key-test").value();
  const fs::path file = dir.path() / "keys" / "ed25519.pem";
  std::vector<std::string> prints(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& print : prints)
      threads.emplace_back([&] {
        const auto key = SigningKey::load_or_create(file);
        print = key ? key->fingerprint() : key.error().message;
      });
  }
  for (const std::string& print : prints) EXPECT_EQ(print, prints.front());
}

TEST(SigningKey, RefusesFilesThatAreNoPrivateSecret) {
  const auto dir = TemporaryDirectory::create("key-test").value();
  const fs::path file = dir.path() / "ed25519.pem";
  ASSERT_TRUE(SigningKey::load_or_create(file));
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(SigningKey::load_or_create(file).error().id, "key.permissions");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  for (const char* text :
       {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    ASSERT_TRUE(write_file_atomically(file, text));
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(SigningKey::load_or_create(file).error().id, "key.invalid") << text;
  }
}

TEST(SigningKey, LivesBelowTheDataFolder) {
  const std::string xdg = std::getenv("XDG_DATA_HOME");
  const std::string home = std::getenv("HOME");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(SigningKey::default_path().value(), "/data/backtrail/keys/ed25519.pem");
  ::setenv("XDG_DATA_HOME", "relative", 1);
  ::setenv("HOME", "/home/a", 1);
  EXPECT_EQ(SigningKey::default_path().value(), "/home/a/.local/share/backtrail/keys/ed25519.pem");
  ::unsetenv("HOME");
  EXPECT_EQ(SigningKey::default_path().error().id, "key.no_home");
  ::setenv("HOME", home.c_str(), 1);
  ::setenv("XDG_DATA_HOME", xdg.c_str(), 1);
}

TEST(PublicKey, VerifiesItsOwnSignaturesOnly) {
  const SigningKey key = SigningKey::generate();
  const SigningKey other = SigningKey::generate();
  const std::string signature = key.sign("message");
  EXPECT_TRUE(key.public_key().verify("message", signature));
  EXPECT_FALSE(key.public_key().verify("massage", signature));
  EXPECT_FALSE(other.public_key().verify("message", signature));
  EXPECT_FALSE(key.public_key().verify("message", signature.substr(1)));
  EXPECT_FALSE(key.public_key().verify("message", ""));
}

TEST(PublicKey, HasOneTextForm) {
  const PublicKey key = SigningKey::generate().public_key();
  EXPECT_EQ(PublicKey::from_pem(key.pem()).value().fingerprint(), key.fingerprint());
  for (std::size_t i = 0; i < key.pem().size(); ++i) {
    std::string changed = key.pem();
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = PublicKey::from_pem(changed);
    EXPECT_TRUE(!read || read->fingerprint() != key.fingerprint()) << i;
  }
  EXPECT_FALSE(PublicKey::from_pem(key.pem() + "\n"));
  EXPECT_FALSE(PublicKey::from_pem(""));
}

TEST(Base64, IsStrict) {
  // RFC 4648, section 10
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(from_base64(""), "");
  for (const char* bad : {"Zm9vYh==", "Zm9vYg=", "Zm9v Yg==", "Zm9vYg==\n", "====", "Zm9*"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace backtrail::ledger
