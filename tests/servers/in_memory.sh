#!/usr/bin/env bash
# Runs a command with its temporary files in memory where there is room, because a test that commits would mostly wait
# for the disk. Elsewhere (no tmpfs, a small one, one that may not hold programs) the command runs as it is.
set -euo pipefail

memory=${GIAO_UOC_TEST_MEMORY:-/dev/shm}
need_kib=$((6 * 1024 * 1024))

has_room() {
    [ -d "$memory" ] && [ -w "$memory" ] || return 1
    [ "$(df -Pk "$memory" | awk 'NR == 2 { print $4 }')" -ge "$need_kib" ] || return 1
    [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -ge "$need_kib" ]
}

holds_programs() {
    printf '#!/bin/sh\n' >"$1/program" && chmod +x "$1/program" && "$1/program" 2>/dev/null
}

folder=
# Memory is not to be left full; the one who starts again after a failure finds it in the report, not in files.
trap '[ -z "$folder" ] || rm -rf "$folder"' EXIT
if has_room; then
    folder=$(mktemp -d "$memory/giao-uoc-test-XXXXXX")
    # PostgreSQL started by root runs as somebody else, who must be able to walk there.
    chmod 711 "$folder"
    if holds_programs "$folder"; then
        export TMPDIR=$folder
    fi
fi
"$@"
