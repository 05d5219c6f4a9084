#!/bin/bash
# Lays out the given modules, built before, as they go into their images: /image/<module>/lib holds other people's jars and
# modules/ ours, since ours change daily; the *.options files hold the class path of each, in a fixed order.
set -euo pipefail
for app in "$@"; do
  image=/image/$app
  mkdir -p "$image/lib" "$image/modules"
  mv "$app"/target/dependency/io.webhookmemory.* "$app"/target/"$app"-*.jar "$image/modules/"
  mv "$app"/target/dependency/* "$image/lib/"
  libraries=$(cd "$image" && printf ':/app/%s' lib/*.jar)
  ours=$(cd "$image" && printf ':/app/%s' modules/*.jar)
  echo "-cp ${libraries#:}" >"$image/lib.options"
  { cat deploy/docker/java.options && echo "-cp ${libraries#:}$ours"; } >"$image/java.options"
done
