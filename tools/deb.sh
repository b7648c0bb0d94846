#!/bin/sh
# tools/deb.sh <version> <build folder>: makes <build>/bao_<version>_<arch>.deb and has lintian read it.
# The engine is opened on demand, so what dpkg-shlibdeps sees is joined by the library that is opened then.
set -e
version=$1 build=$2
maintainer="${DEBFULLNAME:-The Bao authors} <${DEBEMAIL:-bao@bao.dev}>"
arch=$(dpkg --print-architecture)
root=$build/deb/bao
rm -rf "$build/deb" && mkdir -p "$root/DEBIAN" "$root/usr/share/doc/bao" "$root/usr/share/lintian/overrides" "$build/deb/debian"
make --no-print-directory install DESTDIR="$root" PREFIX=/usr >/dev/null
rm "$root/usr/share/doc/bao/LICENSE"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/bao"
gzip -9n "$root/usr/share/man/man1/bao.1"
cat > "$root/usr/share/doc/bao/copyright" <<EOT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: bao

Files: *
Copyright: 2026 The Bao authors
License: Expat
$(sed -e '1,4d' -e 's/^$/./' -e 's/^/ /' LICENSE)
EOT
printf 'bao (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' "$version" "$maintainer" "$(date -R)" |
    gzip -9n > "$root/usr/share/doc/bao/changelog.gz"
printf 'Source: bao\nPackage: bao\nArchitecture: any\n' > "$build/deb/debian/control"
libs=$(cd "$build/deb" && dpkg-shlibdeps -O --ignore-missing-info bao/usr/bin/bao 2>/dev/null | sed 's/^shlibs:Depends=//')
cat > "$root/DEBIAN/control" <<EOT
Package: bao
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: $libs, libssl3, libnghttp2-14, libjavascriptcoregtk-4.1-0 (>= 2.50) | libjavascriptcoregtk-6.0-1 (>= 2.50)
Recommends: libisal2
Section: javascript
Priority: optional
Description: JavaScript and TypeScript runtime for backend services
 Runs JavaScript and TypeScript, installs packages, bundles and tests, as one
 program. Code that was written for Bun or for Node runs on it unmodified. It
 uses the JavaScriptCore that Debian ships and keeps secure.
EOT
fakeroot dpkg-deb --build --root-owner-group "$root" "$build/bao_${version}_$arch.deb" >/dev/null
lintian --fail-on error --suppress-tags no-changelog,initial-upload-closes-no-bugs "$build/bao_${version}_$arch.deb"
echo "$build/bao_${version}_$arch.deb"
