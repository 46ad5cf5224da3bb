import { DIAL_CHECK } from '../docker/index.ts';

/**
 * The scripts that run on the server. They need a POSIX shell, coreutils and gzip, and nothing of ours. Data comes as arguments and on
 * standard input. What they say is looked at, so it is said in English wherever the server is.
 *
 * In the folder of an app: `SHA256.tar` is its context, `SHA256.manifest` what it holds (see manifest.ts). Of one attempt to bring another: `ATTEMPT.sent` what came over the wire, as it came;
 * `ATTEMPT.new` what is made of it; `ATTEMPT.part` what is still being copied; `ATTEMPT.rows` its manifest; `ATTEMPT.want` and `ATTEMPT.got` the sha256 that it must have and has; `ATTEMPT.bad` says that not all of it could be written.
 */

/** Beside the edge's folder. */
export const STORE_FOLDER = '/var/lib/longshore/contexts';

export const LOOK_CODES = { noFolder: 21, noTools: 22, noDocker: 23 } as const;

/** Ends what still runs of `$attempt`. Closing a channel ends nothing by itself, and what is not dead could still write. */
const END = `
tries=0
while [ "$tries" -lt 50 ]; do
  running=$(printf %s "$attempt" | grep -lasF -f - /proc/[0-9]*/cmdline)
  [ -n "$running" ] || break
  for file in $running; do pid=\${file#/proc/}; kill -TERM "\${pid%/cmdline}" 2>/dev/null; done
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
`;

/**
 * Makes an app's folder ready, and tells what is there and what there is room for. Attempts of a computer that vanished are ended, for what
 * arrived of one may be enough for it to go on. Members of the group of Docker's socket may write, who
 * are as good as root anyway; nobody else may even read. Contexts of apps that are not there and were not touched for a week go.
 * Arguments: the app, then all apps on the server.
 */
export const LOOK = `
export LC_ALL=C
umask 007
cd / || exit ${LOOK_CODES.noFolder}
if [ ! -d ${STORE_FOLDER} ]; then
  [ "$(id -u)" = 0 ] || { printf 'group %s\\n' "$(stat -L -c %g /var/run/docker.sock)"; exit ${LOOK_CODES.noFolder}; }
  mkdir -p -m 755 "$(dirname ${STORE_FOLDER})" && mkdir -p ${STORE_FOLDER} && chgrp "$(stat -L -c %g /var/run/docker.sock)" ${STORE_FOLDER} && chmod 2770 ${STORE_FOLDER} || exit ${LOOK_CODES.noFolder}
fi
mkdir -p ${STORE_FOLDER}/"$1" 2>/dev/null && cd ${STORE_FOLDER}/"$1" && [ -w . ] || exit ${LOOK_CODES.noFolder}
for tool in gzip tee sha256sum cut cp mv; do
  command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit ${LOOK_CODES.noTools}; }
done
took=$(printf abcdefgh | { dd bs=2 iflag=count_bytes,fullblock count=3 2>/dev/null; printf -; cat; })
[ "$took" = abc-defgh ] || { echo "dd gave $took" >&2; exit ${LOOK_CODES.noTools}; }
${DIAL_CHECK} || exit ${LOOK_CODES.noDocker}
for file in *.sent; do
attempt=\${file%.sent}
case $attempt in *[!0-9a-f]*) continue ;; esac
[ "\${#attempt}" = 16 ] || continue
${END}
done
rm -f ./*.sent ./*.part ./*.new ./*.rows ./*.want ./*.got ./*.bad
for file in *.tar; do [ -f "$file" ] && printf 'context %s %s\\n' "\${file%.tar}" "$(wc -c < "$file")"; done
for file in *.manifest; do
  if [ -f "\${file%.manifest}.tar" ]; then printf 'manifest %s %s\\n' "\${file%.manifest}" "$(wc -c < "$file")"; else rm -f "$file"; fi
done
command -v zstd >/dev/null && echo zstd
printf 'room %s\\n' "$(df -P -k . | tail -n 1)"
cd ..
find . -mindepth 1 -maxdepth 1 -type d -mtime +7 | while IFS= read -r old; do
  for known; do [ "./$known" = "$old" ] && continue 2; done
  rm -rf "$old"
done
exit 0
`;

export const RECEIVE_CODES = { failed: 30, cutShort: 31, refused: 32 } as const;

/**
 * Makes a context out of what comes on standard input (compressed, see recipe.ts), and lets it take the place of the last one when its
 * sha256 is what it must be. What came is kept until then, so that another attempt can go on from it: with attempts before, the first
 * line of output is `have BYTES SHA256` of what is there. It is copied, for a process of the broken connection may still write where it
 * could not be ended.
 * Arguments: the app, the program that unpacks, this attempt, the last context or `-`, the attempts before, the latest first.
 */
export const RECEIVE = `
export LC_ALL=C
umask 007
cd ${STORE_FOLDER}/"$1" || exit ${RECEIVE_CODES.failed}
unpack=$2 attempt=$3 base=$4
shift 4
for before; do
  [ -f "$attempt.sent" ] || [ ! -f "$before.sent" ] || { cp "$before.sent" "$attempt.part" && mv "$attempt.part" "$attempt.sent"; } || exit ${RECEIVE_CODES.failed}
  rm -f "$before".*
done
[ -f "$attempt.sent" ] || : > "$attempt.sent" || exit ${RECEIVE_CODES.failed}
if [ $# -gt 0 ]; then
  printf 'have %s %s\\n' "$(wc -c < "$attempt.sent")" "$(sha256sum < "$attempt.sent" | cut -d ' ' -f 1)"
fi
make() {
  while read -r what one other; do
    case $what in
      c) dd if="$base.tar" bs=1048576 iflag=skip_bytes,count_bytes skip="$one" count="$other" 2>/dev/null || return ;;
      l) dd bs=65536 iflag=count_bytes,fullblock count="$one" 2>/dev/null || return ;;
      C) dd if="$base.manifest" bs=65536 iflag=skip_bytes,count_bytes skip="$one" count="$other" 2>/dev/null | cat >> "$attempt.rows" || return ;;
      L) dd bs=65536 iflag=count_bytes,fullblock count="$one" 2>/dev/null | cat >> "$attempt.rows" || return ;;
      e) printf '%s\\n' "$one" > "$attempt.want"; return ;;
      *) return ;;
    esac
  done
}
{ cat "$attempt.sent"; tee -a "$attempt.sent"; } | "$unpack" -dc | make | { tee "$attempt.new" || : > "$attempt.bad"; } | sha256sum > "$attempt.got"
want=$(cat "$attempt.want" 2>/dev/null)
got=$(cut -d ' ' -f 1 "$attempt.got")
rm -f "$attempt.want" "$attempt.got"
if [ -f "$attempt.bad" ]; then rm -f "$attempt".*; exit ${RECEIVE_CODES.failed}; fi
if [ -z "$want" ]; then rm -f "$attempt.new" "$attempt.rows"; exit ${RECEIVE_CODES.cutShort}; fi
if [ "$want" != "$got" ]; then rm -f "$attempt.new" "$attempt.rows" "$attempt.sent"; exit ${RECEIVE_CODES.refused}; fi
mv -f "$attempt.rows" "$got.manifest" && mv -f "$attempt.new" "$got.tar" || exit ${RECEIVE_CODES.failed}
rm -f "$attempt.sent"
for file in *.tar *.manifest; do [ "\${file%.*}" = "$got" ] || rm -f "$file"; done
exit 0
`;

/**
 * Ends what still runs of an attempt, then removes what it left. The attempt comes on standard input, with its app before it, so that no
 * process of this script has it in its own command line.
 */
export const CLEAN = `
export LC_ALL=C
read -r app attempt
cd ${STORE_FOLDER}/"$app" || exit 0
${END}
rm -f "$attempt".*
`;

/**
 * After a break, what became of attempts whose end nobody heard of: ends what still runs of them, and if one had come to its end, so that
 * the wanted context is there, removes everything else and says `made BYTES`. It is read once more, for it may be an old one that the
 * attempt was to make again. On standard input: the app and the wanted sha256 or `-`, then the attempts.
 */
export const SETTLE = `
export LC_ALL=C
read -r app want
cd ${STORE_FOLDER}/"$app" || exit 0
all=
while read -r attempt; do
${END}
all="$all $attempt"
done
[ -f "$want.tar" ] && [ "$(sha256sum < "$want.tar" | cut -d ' ' -f 1)" = "$want" ] || exit 0
for attempt in $all; do rm -f "$attempt".*; done
for file in *.tar *.manifest; do [ "\${file%.*}" = "$want" ] || rm -f "$file"; done
printf 'made %s\\n' "$(wc -c < "$want.tar")"
`;

/**
 * Makes the folder as root in a container that has the folder above it, for a login user who may not. Argument: the group that may write.
 */
export const MAKE_FOLDER = 'mkdir -p /longshore/contexts && chown "0:$1" /longshore/contexts && chmod 2770 /longshore/contexts';
export const MAKE_FOLDER_BIND = '/var/lib/longshore:/longshore';

/** What a context holds. Arguments: the app, the context. */
export const FETCH_MANIFEST = `
cd ${STORE_FOLDER}/"$1" && gzip -1 -c < "$2.manifest"
`;

/** Removes an app's context. Argument: the app. */
export const REMOVE = `rm -rf ${STORE_FOLDER}/"$1"`;
