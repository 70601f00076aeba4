#!/bin/sh
# Verifies this bag with nothing but sha256sum, sha512sum and openssl: sh verify.sh [KEY_HASH]
# KEY_HASH is that of the key of the library that made the bag, as its makers have told you by another way.
set -eu
cd "$(dirname "$0")"
failed=0
say() { printf '%s: %s\n' "$1" "$2"; }
check() {
  if "$@" >/dev/null 2>&1; then return 0; fi
  failed=1
  return 1
}

for sums in manifest-sha256.txt:sha256sum manifest-sha512.txt:sha512sum \
  tagmanifest-sha256.txt:sha256sum tagmanifest-sha512.txt:sha512sum; do
  list=${sums%%:*} program=${sums##*:}
  if check "$program" --check --strict --quiet "$list"; then say "$list" "all files are as listed"; else say "$list" "NOT AS LISTED"; fi
done

listed=$(mktemp) && here=$(mktemp)
trap 'rm -f "$listed" "$here"' EXIT
sed 's/^[0-9a-f]* *\*\{0,1\}//' manifest-sha512.txt | sort >"$listed"
find data ! -type d | sort >"$here"
if check cmp "$listed" "$here"; then say data "nothing is there that is not listed"; else say data "THERE ARE OTHER FILES THAN LISTED"; fi

find . -name data -prune -o ! -type d ! -name 'tagmanifest-*.txt' -print | sed 's|^\./||' | sort >"$here"
for list in tagmanifest-sha256.txt tagmanifest-sha512.txt; do
  sed 's/^[0-9a-f]* *\*\{0,1\}//' "$list" | sort >"$listed"
  if ! check cmp "$listed" "$here"; then say "$list" "OTHER FILES THAN THOSE BESIDE data"; fi
done

if check openssl pkeyutl -verify -pubin -inkey signature/key.pem -rawin -in manifest-sha512.txt -sigfile signature/manifest-sha512.sig; then
  say signature "the list was signed by the key in signature/key.pem"
else
  say signature "THE LIST WAS NOT SIGNED BY THE KEY IN signature/key.pem"
fi
hash=$(openssl pkey -pubin -in signature/key.pem -outform DER | sha256sum | cut -d ' ' -f 1)
if [ $# -eq 0 ]; then
  say key "$hash: compare it with what its makers told you by another way"
elif [ "$hash" = "$1" ]; then
  say key "it is the one you expect"
else
  failed=1
  say key "$hash IS NOT THE ONE YOU EXPECT"
fi

for stamp in stamps/*.tsr; do
  [ -e "$stamp" ] || continue
  roots=${stamp%.tsr}.pem
  at=$(openssl ts -reply -in "$stamp" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
  if check openssl ts -verify -in "$stamp" -data manifest-sha512.txt -CAfile "$roots" -untrusted "$roots" -attime "$(date -d "$at" +%s)"; then
    say "$stamp" "the list was there at $at, says the authority in $roots"
  else
    say "$stamp" "IS NOT A STAMP OF THIS LIST"
  fi
done

if [ $failed -eq 0 ]; then say verdict "all of it is as it was when the bag was made"; else say verdict "NOT ALL IS AS IT WAS"; fi
exit $failed
