#!/bin/sh
# tools/need.sh build|test|fuzz|deb: installs what Debian packages are missing for that purpose, as root or through sudo;
# otherwise says what to type. Does nothing, quickly, when all is there.
build="gcc libc6-dev libjavascriptcoregtk-4.1-dev libuv1-dev libssl-dev zlib1g-dev libisal-dev libbrotli-dev libzstd-dev libnghttp2-dev libicu-dev ca-certificates"
case "$1" in
build) want="$build" ;;
test) want="$build" ;;
fuzz) want="$build clang libclang-rt-14-dev" ;;
deb) want="$build dpkg-dev lintian fakeroot" ;;
*) echo "usage: tools/need.sh build|test|fuzz|deb" >&2; exit 2 ;;
esac
missing=""
have=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
for p in $want; do
    echo "$have" | grep -qx "$p" || missing="$missing $p"
done
command -v npm >/dev/null 2>&1 || missing="$missing npm"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo"
else
    echo "Bao needs packages that are not installed. Type this, then try again:" >&2
    echo "    sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
    echo "apt-get could not install:$missing" >&2
    exit 1
}
