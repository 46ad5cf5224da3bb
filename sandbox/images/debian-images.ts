/** Images on the Debian root, as most of the well-known ones are. Names, users, entry points and signals are those of the originals. */
import type { ImageRecipe, LayerRecipe } from './recipe-types.ts';
import { PATH } from './recipe-types.ts';

export const debian: LayerRecipe = { name: 'debian', take: 'root' };

/** What the full images have and the slim ones lack; of the original's compilers there is nothing here. */
const tools: LayerRecipe = { name: 'tools', packages: ['curl', 'wget', 'procps', 'netbase', 'openssl'], take: 'changes' };

const debianImage: ImageRecipe = {
  tags: ['debian:12', 'debian:12-slim', 'debian:bookworm', 'debian:bookworm-slim'],
  layers: [debian],
  config: { Cmd: ['bash'], Env: [PATH] },
};

export const python: LayerRecipe = {
  name: 'python',
  packages: ['python3', 'python3-pip', 'python3-venv'],
  // In the original, Python lies in /usr/local and pip may install into it.
  script: `rm -f /usr/lib/python3.11/EXTERNALLY-MANAGED
for name in python python3 python3.11; do ln -s /usr/bin/python3.11 /usr/local/bin/$name; done
for name in pip pip3; do ln -s /usr/bin/pip3 /usr/local/bin/$name; done
find /usr/lib/python3* -name __pycache__ -prune -exec rm -rf {} +`,
  take: 'changes',
};
const pythonConfig = { Cmd: ['python3'], Env: [PATH, 'LANG=C.UTF-8', 'PYTHON_VERSION=3.11.2'] };
const pythonVersions = ['3', '3.11', '3-bookworm', '3.11-bookworm'];
const pythonSlimVersions = ['slim', 'slim-bookworm', '3-slim', '3.11-slim', '3-slim-bookworm', '3.11-slim-bookworm'];

const nginx: LayerRecipe = {
  name: 'nginx',
  packages: ['nginx', 'libnginx-mod-stream', 'gettext-base'],
  script: `groupadd --system --gid 101 nginx
useradd --system --gid nginx --uid 101 --no-create-home --home-dir /nonexistent --shell /bin/false nginx
rm -rf /etc/nginx/sites-available /etc/nginx/sites-enabled /var/www /var/log/nginx/*
mkdir -p /etc/nginx/conf.d /usr/share/nginx/html /docker-entrypoint.d
ln -s /dev/stdout /var/log/nginx/access.log
ln -s /dev/stderr /var/log/nginx/error.log
cat > /etc/nginx/nginx.conf <<'END'
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log combined;
    sendfile on;
    keepalive_timeout 65;
    include /etc/nginx/conf.d/*.conf;
}
END
cat > /etc/nginx/conf.d/default.conf <<'END'
server {
    listen 80;
    server_name localhost;
    location / {
        root /usr/share/nginx/html;
        index index.html index.htm;
    }
}
END
rm -f /usr/share/nginx/html/*
echo '<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>' > /usr/share/nginx/html/index.html
cat > /docker-entrypoint.sh <<'END'
#!/bin/sh
set -e
if [ "$1" = nginx ]; then
    for template in /etc/nginx/templates/*.template; do
        [ -f "$template" ] || continue
        target=/etc/nginx/conf.d/$(basename "$template" .template)
        envsubst "$(env | sed 's/=.*//; s/.*/\${&}/' | tr '\\n' ' ')" < "$template" > "$target"
    done
    for script in /docker-entrypoint.d/*.sh; do
        [ -x "$script" ] && "$script"
    done
fi
exec "$@"
END
chmod 755 /docker-entrypoint.sh`,
  take: 'changes',
};

const haproxy: LayerRecipe = {
  name: 'haproxy',
  packages: ['haproxy'],
  script: `usermod --uid 99 haproxy
groupmod --gid 99 haproxy
mkdir -p /usr/local/etc/haproxy /var/lib/haproxy
chown haproxy:haproxy /var/lib/haproxy
ln -s /usr/sbin/haproxy /usr/local/sbin/haproxy
cp -r /etc/haproxy/errors /usr/local/etc/haproxy/errors
cat > /usr/local/bin/docker-entrypoint.sh <<'END'
#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ]; then
    set -- haproxy "$@"
fi
if [ "$1" = haproxy ]; then
    shift
    set -- haproxy -W -db "$@"
fi
exec "$@"
END
chmod 755 /usr/local/bin/docker-entrypoint.sh`,
  take: 'changes',
};

const redis: LayerRecipe = {
  name: 'redis',
  packages: ['redis-server'],
  script: `usermod --uid 999 redis
groupmod --gid 999 redis
mkdir -p /data
chown redis:redis /data
rm -rf /var/log/redis
for name in server cli benchmark; do ln -s /usr/bin/redis-$name /usr/local/bin/redis-$name; done
cat > /usr/local/bin/docker-entrypoint.sh <<'END'
#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
    set -- redis-server "$@"
fi
if [ "$1" = redis-server ]; then
    shift
    # Nobody but the container's own network can reach it, and the original is open by default as well.
    set -- redis-server "$@" --protected-mode no
    if [ "$(id -u)" = 0 ]; then
        chown -R redis:redis .
        exec setpriv --reuid=redis --regid=redis --init-groups "$@"
    fi
fi
exec "$@"
END
chmod 755 /usr/local/bin/docker-entrypoint.sh`,
  take: 'changes',
};

export const debianImages: readonly ImageRecipe[] = [
  debianImage,
  {
    tags: ['python:latest', ...pythonVersions.map((version) => `python:${version}`)],
    layers: [debian, tools, python],
    config: pythonConfig,
  },
  { tags: pythonSlimVersions.map((version) => `python:${version}`), layers: [debian, python], config: pythonConfig },
  {
    tags: ['nginx:latest', 'nginx:1', 'nginx:1.22', 'nginx:stable'],
    layers: [debian, nginx],
    config: {
      Entrypoint: ['/docker-entrypoint.sh'],
      Cmd: ['nginx', '-g', 'daemon off;'],
      Env: [PATH, 'NGINX_VERSION=1.22.1'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  },
  {
    tags: ['haproxy:latest', 'haproxy:2', 'haproxy:2.6', 'haproxy:2.6-bookworm'],
    layers: [debian, haproxy],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
      Env: [PATH, 'HAPROXY_VERSION=2.6.12'],
      WorkingDir: '/var/lib/haproxy',
      User: 'haproxy',
      StopSignal: 'SIGUSR1',
    },
  },
  {
    tags: ['redis:latest', 'redis:7', 'redis:7.0', 'redis:7-bookworm'],
    layers: [debian, redis],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['redis-server'],
      Env: [PATH, 'REDIS_VERSION=7.0.15'],
      WorkingDir: '/data',
      Volumes: { '/data': {} },
      ExposedPorts: { '6379/tcp': {} },
    },
  },
];

export const debianFull = [debian, tools] as const;
