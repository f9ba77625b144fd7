#!/bin/sh
# Photographs `midwatch up` finding a real act in a real container, for the README:
#   sudo scripts/screenshot.sh docs/images/up.png
# Needs Debian's aha, chromium and util-linux's script, beside what the tests need.
set -eu
cd "$(dirname "$0")/.."
picture=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

script -qfc "stty cols 96 rows 60; exec ./midwatch up" "$work/terminal" </dev/null >/dev/null &
watch=$!
sleep 6
# A miner that calls itself by a kernel thread's name, and the password file, in one container.
node_modules/.bin/node --input-type=module -e "
  import { runContainer } from '#test/harness/run-container.ts';
  await runContainer({
    name: 'payment-processor-7d8b9c',
    args: ['/bin/sh', '-c', 'cp /bin/busybox /tmp/kswapd0; /tmp/kswapd0 sleep 1; cat /etc/shadow; true'],
    files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' },
  });"
sleep 2
pkill -TERM -f 'src/main.ts up$'
wait "$watch" || true

# The greeting and what was found in this container; the machine may have other work.
sed -e 1d -e '/^Script done/,$d' -e '/^midwatch: watched/,$d' "$work/terminal" | tr -d '\r' |
  awk -v RS= -v ORS='\n\n' 'NR == 1 || /payment-processor/' |
  aha --no-header | sed 's/color:olive/color:#ffb454/g' >"$work/body"
{
  echo '<meta charset="utf-8"><style>body { margin: 0; background: #0a0e15 }'
  echo 'pre { font: 13px/1.45 "JetBrains Mono", monospace; color: #dbe3ee; padding: 18px 22px; margin: 0 }</style><pre>'
  cat "$work/body"
  echo '</pre>'
} >"$work/page.html"
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
  --disable-background-networking --disable-component-update --disable-sync \
  --user-data-dir="$work/profile" --hide-scrollbars --force-device-scale-factor=2 \
  --window-size=820,"${2:-470}" --screenshot="$picture" "file://$work/page.html" 2>/dev/null
