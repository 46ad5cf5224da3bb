/** Where every distribution's package puts it. */
export const SOCKET = '/var/run/docker.sock';

/**
 * Speaks HTTP with Docker for us and puts a file of the server behind the head of our request. The head is read line by line, for `read`
 * takes no byte too many. The last `cat` holds our end open: Docker takes a client that stops writing for one that went away, and so the
 * end of our channel cancels the build. Arguments: the file, Docker's socket.
 */
const FILE_BEHIND_REQUEST = `
{
  end=$(printf '\\r')
  while IFS= read -r line; do
    printf '%s\\n' "$line"
    [ "$line" = "$end" ] && break
  done
  cat "$1" && cat
} | exec docker -H "unix://$2" system dial-stdio
`;

/** The program that does it. */
export function fileBehindRequest(file: string): readonly string[] {
  return ['/bin/sh', '-c', FILE_BEHIND_REQUEST, 'sh', file, SOCKET];
}

/** Checks that {@link fileBehindRequest} will work: exits with 0 when it will. */
export const DIAL_CHECK = `docker -H unix://${SOCKET} system dial-stdio </dev/null >/dev/null 2>&1`;
