#!/usr/bin/env bash
# Chromium, a Chinese font and poppler for the browser tests: installed where apt may, otherwise one line says what is missing.
set -eu

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v fc-list >/dev/null && fc-list :lang=zh family | grep -q . || missing+=(fontconfig fonts-noto-cjk)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
    echo "Installing ${missing[*]} for the browser tests"
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null &&
        exit 0
fi
echo "The browser tests need ${missing[*]}: install them (Debian: sudo apt-get install ${missing[*]})" >&2
