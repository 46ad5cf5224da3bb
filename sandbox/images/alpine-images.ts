/**
 * Images under the names that are Alpine's elsewhere: busybox as the userland, a few MB, and no Alpine in them (no musl, no apk), since
 * there are only Debian's packages to make them from.
 */
import type { ImageRecipe, LayerRecipe } from './recipe-types.ts';
import { PATH } from './recipe-types.ts';

/** Shell function `closure FILE…`: copies files and every shared library that they need to the same place under /out. */
export const closureFunction = `closure() {
  for file in "$@"; do
    mkdir -p "/out$(dirname "$file")"
    [ -e "/out$file" ] || cp -aL "$file" "/out$file"
    for library in $(ldd "$file" 2>/dev/null | grep -oE '/[^ )]+'); do
      mkdir -p "/out$(dirname "$library")"
      [ -e "/out$library" ] || cp -aL "$library" "/out$library"
    done
  done
}`;

/** Alpine's two commands that Debian's busybox lacks and that Dockerfiles use: just the options seen there. */
const userCommands = `cat > /out/usr/sbin/addgroup <<'END'
#!/bin/sh
gid=
while [ $# -gt 1 ] || [ "\${1#-}" != "$1" ]; do
  case $1 in
    -g | --gid) gid=$2; shift 2 ;;
    -S | --system) shift ;;
    *) break ;;
  esac
done
if [ $# -eq 2 ]; then # addgroup USER GROUP
  sed -i "s/^\\($2:[^:]*:[^:]*:\\)\\(..*\\)$/\\1\\2,$1/; s/^\\($2:[^:]*:[^:]*:\\)$/\\1$1/" /etc/group
  exit
fi
grep -q "^$1:" /etc/group && { echo "addgroup: group '$1' in use" >&2; exit 1; }
if [ -z "$gid" ]; then gid=101; while grep -q "^[^:]*:[^:]*:$gid:" /etc/group; do gid=$((gid + 1)); done; fi
echo "$1:x:$gid:" >> /etc/group
END
cat > /out/usr/sbin/adduser <<'END'
#!/bin/sh
uid= group= home= shell=/bin/sh create=1
while [ $# -gt 1 ]; do
  case $1 in
    -u | --uid) uid=$2; shift 2 ;;
    -G | --ingroup) group=$2; shift 2 ;;
    -h | --home) home=$2; shift 2 ;;
    -s | --shell) shell=$2; shift 2 ;;
    -g | --gecos) shift 2 ;;
    -H | --no-create-home) create=0; shift ;;
    -S | -D | --system | --disabled-password) shift ;;
    *) break ;;
  esac
done
if [ $# -eq 2 ]; then exec addgroup "$1" "$2"; fi # adduser USER GROUP
grep -q "^$1:" /etc/passwd && { echo "adduser: user '$1' in use" >&2; exit 1; }
if [ -z "$uid" ]; then uid=100; while grep -q "^[^:]*:[^:]*:$uid:" /etc/passwd; do uid=$((uid + 1)); done; fi
if [ -z "$group" ]; then group=$1; grep -q "^$group:" /etc/group || echo "$group:x:$uid:" >> /etc/group; fi
gid=$(grep "^$group:" /etc/group | cut -d: -f3)
[ -n "$gid" ] || { echo "adduser: unknown group $group" >&2; exit 1; }
home=\${home:-/home/$1}
echo "$1:x:$uid:$gid:$1:$home:$shell" >> /etc/passwd
[ $create = 0 ] || { mkdir -p "$home"; chown "$uid:$gid" "$home"; }
END
cat > /out/sbin/apk <<'END'
#!/bin/sh
echo "apk: this practice image is busybox on Debian's C library; there are no Alpine packages here" >&2
exit 1
END
chmod 755 /out/usr/sbin/adduser /out/usr/sbin/addgroup /out/sbin/apk`;

export const alpine: LayerRecipe = {
  name: 'busybox',
  packages: ['busybox'],
  script: `${closureFunction}
cd /
for folder in bin etc/ssl/certs home lib64 opt proc root run sbin srv sys tmp usr/bin usr/lib usr/local/bin usr/sbin var/log var/tmp dev; do mkdir -p /out/$folder; done
chmod 1777 /out/tmp /out/var/tmp
chmod 700 /out/root
ln -s /run /out/var/run
cp -aL /usr/bin/busybox /out/bin/busybox
closure /bin/busybox /lib/*-linux-gnu/libnss_dns.so.2 /lib/*-linux-gnu/libnss_files.so.2
# The list contains "busybox" itself, which must not become a link to itself.
for name in $(busybox --list | grep -vx busybox); do ln -s busybox /out/bin/$name; done
ln -s ../../bin/env /out/usr/bin/env
cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt
ln -s certs/ca-certificates.crt /out/etc/ssl/cert.pem
echo 'hosts: files dns' > /out/etc/nsswitch.conf
printf 'root:x:0:0:root:/root:/bin/sh\\nnobody:x:65534:65534:nobody:/:/bin/false\\n' > /out/etc/passwd
printf 'root:x:0:\\nnogroup:x:65534:\\n' > /out/etc/group
printf 'ID=practice-busybox\\nNAME="busybox on the C library of Debian"\\nPRETTY_NAME="practice image (busybox)"\\n' > /out/etc/os-release
${userCommands}`,
  take: 'out',
};

const nginxOnAlpine: LayerRecipe = {
  name: 'nginx on busybox',
  packages: ['nginx', 'libnginx-mod-stream'],
  script: `${closureFunction}
closure /usr/sbin/nginx /usr/lib/nginx/modules/ngx_stream_module.so
mkdir -p /out/etc/nginx/conf.d /out/etc/nginx/modules-enabled /out/usr/share/nginx/html /out/var/log/nginx /out/var/lib/nginx /out/docker-entrypoint.d
cp -a /etc/nginx/mime.types /etc/nginx/fastcgi_params /etc/nginx/uwsgi_params /etc/nginx/scgi_params /out/etc/nginx/
mkdir -p /out/usr/share/nginx
ln -s /usr/lib/nginx/modules /out/usr/share/nginx/modules
ln -s /usr/lib/nginx/modules /out/etc/nginx/modules
cp -aL /etc/nginx/modules-enabled/*stream*.conf /out/etc/nginx/modules-enabled/
ln -s /dev/stdout /out/var/log/nginx/access.log
ln -s /dev/stderr /out/var/log/nginx/error.log
printf 'root:x:0:0:root:/root:/bin/sh\\nnobody:x:65534:65534:nobody:/:/bin/false\\nnginx:x:101:101:nginx:/nonexistent:/bin/false\\n' > /out/etc/passwd
printf 'root:x:0:\\nnogroup:x:65534:\\nnginx:x:101:\\n' > /out/etc/group
printf 'user nginx;\\nworker_processes auto;\\nerror_log /var/log/nginx/error.log notice;\\npid /run/nginx.pid;\\ninclude /etc/nginx/modules-enabled/*.conf;\\nevents { worker_connections 1024; }\\nhttp {\\n    include /etc/nginx/mime.types;\\n    default_type application/octet-stream;\\n    access_log /var/log/nginx/access.log combined;\\n    sendfile on;\\n    keepalive_timeout 65;\\n    include /etc/nginx/conf.d/*.conf;\\n}\\n' > /out/etc/nginx/nginx.conf
printf 'server {\\n    listen 80;\\n    server_name localhost;\\n    location / {\\n        root /usr/share/nginx/html;\\n        index index.html index.htm;\\n    }\\n}\\n' > /out/etc/nginx/conf.d/default.conf
echo '<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>' > /out/usr/share/nginx/html/index.html
printf '#!/bin/sh\\nset -e\\nif [ "$1" = nginx ]; then\\n    for script in /docker-entrypoint.d/*.sh; do\\n        [ -x "$script" ] && "$script"\\n    done\\nfi\\nexec "$@"\\n' > /out/docker-entrypoint.sh
chmod 755 /out/docker-entrypoint.sh`,
  take: 'out',
};

export const alpineImages: readonly ImageRecipe[] = [
  {
    tags: ['alpine:latest', 'alpine:3', 'alpine:3.20', 'alpine:3.21', 'alpine:3.22', 'busybox:latest', 'busybox:1', 'busybox:1.35'],
    layers: [alpine],
    config: { Cmd: ['sh'], Env: [PATH] },
  },
  {
    tags: ['nginx:alpine', 'nginx:1-alpine', 'nginx:1.22-alpine', 'nginx:stable-alpine'],
    layers: [alpine, nginxOnAlpine],
    config: {
      Entrypoint: ['/docker-entrypoint.sh'],
      Cmd: ['nginx', '-g', 'daemon off;'],
      Env: [PATH, 'NGINX_VERSION=1.22.1'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  },
];
