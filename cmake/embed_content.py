#!/usr/bin/env python3
"""Embeds the shipped content: writes OUT.bin, OUT.S (incbin) and OUT.cc (the index).

embed_content.py OUT ROOT FOLDER…   (FOLDER below ROOT; files ordered by path)
"""
import pathlib
import sys

out, root, *folders = sys.argv[1:]
root = pathlib.Path(root)
files = sorted(
    (p.relative_to(root).as_posix(), p)
    for folder in folders
    for p in (root / folder).rglob("*")
    if p.is_file() and p.suffix in {".yml", ".json", ".html", ".css", ".js", ".txt", ".sql"}
    and "tests" not in p.relative_to(root).parts
)
blob, index = bytearray(), []
for name, path in files:
    data = path.read_bytes()
    index.append((name, len(blob), len(data)))
    blob += data
pathlib.Path(out + ".bin").write_bytes(bytes(blob) + b"\0")
pathlib.Path(out + ".S").write_text(
    '.section .rodata\n.global backtrail_content_bytes\n.balign 64\n'
    f'backtrail_content_bytes:\n.incbin "{out}.bin"\n.section .note.GNU-stack,"",%progbits\n')
rows = "".join(f'    {{"{n}", {o}, {s}}},\n' for n, o, s in index)
pathlib.Path(out + ".cc").write_text(
    "#include <cstddef>\nnamespace backtrail::embedded {\n"
    "struct Entry { const char* path; std::size_t offset; std::size_t size; };\n"
    f"extern const Entry kEntries[] = {{\n{rows}    {{nullptr, 0, 0}}}};\n"
    f"extern const std::size_t kEntryCount = {len(index)};\n}}\n")
