#!/bin/sh
# install-config.sh FILE FOLDER: copies the installed FILE, which is below the prefix, into FOLDER,
# unless that has one already. `meson install` calls it.
set -eu
file=$MESON_INSTALL_DESTDIR_PREFIX/$1
folder=${DESTDIR:-}$2
mkdir -p "$folder"
[ -e "$folder/grapnel.toml" ] || cp "$file" "$folder/grapnel.toml"
