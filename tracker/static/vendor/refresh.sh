#!/bin/sh
# Fetch the front-end files we carry and write manifest.json anew.
#
#   sh tracker/static/vendor/refresh.sh
#
# To move to another version: change it below, run this, then change the folder's
# name where a template loads the file (the script lists those places).
# Needs npm, tar and sha256sum. Nothing here is needed to run the application.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
entries=''

# carry SHORT_NAME NPM_NAME VERSION LICENCE FILE_IN_PACKAGE LICENCE_IN_PACKAGE
carry() {
  short=$1 package=$2 version=$3 licence=$4 source=$5 licence_source=$6
  folder=$short-$version
  file=$folder/$(basename "$source")
  echo "$package $version"
  mkdir "$work/$short"
  (cd "$work/$short" && npm pack --silent "$package@$version" >/dev/null && tar -xzf ./*.tgz)

  for old in "$here/$short"-*; do
    [ -d "$old" ] || continue
    if [ "$(basename "$old")" != "$folder" ] && [ -d "$root/templates" ]; then
      grep -rn "vendor/$(basename "$old")/" "$root/templates" | sed 's/^/  to change: /' || true
    fi
    rm -rf "$old"
  done
  mkdir "$here/$folder"
  cp "$work/$short/package/$source" "$here/$file"
  cp "$work/$short/package/$licence_source" "$here/$folder/LICENSE"
  chmod 644 "$here/$folder"/*

  hash=$(sha256sum "$here/$file" | cut -d ' ' -f 1)
  entries="$entries${entries:+,
}  {
    \"name\": \"$package\",
    \"version\": \"$version\",
    \"licence\": \"$licence\",
    \"file\": \"$file\",
    \"sha256\": \"$hash\"
  }"
}

carry pico @picocss/pico 2.1.1  MIT  css/pico.min.css LICENSE.md
carry htmx htmx.org      2.0.11 0BSD dist/htmx.min.js LICENSE

printf '[\n%s\n]\n' "$entries" >"$here/manifest.json"
echo 'manifest.json written'
