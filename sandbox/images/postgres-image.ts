/** PostgreSQL 15, with the original's settings by environment and its folder for first-start scripts. */
import { debian } from './debian-images.ts';
import type { ImageRecipe, LayerRecipe } from './recipe-types.ts';

const BIN = '/usr/lib/postgresql/15/bin';

const postgres: LayerRecipe = {
  name: 'postgres',
  script: `groupadd --system --gid 999 postgres
useradd --system --gid postgres --uid 999 --home-dir /var/lib/postgresql --shell /bin/bash postgres
mkdir -p /etc/postgresql-common
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
apt-get update -qq -o Acquire::Retries=3
apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 postgresql-15
rm -rf /etc/postgresql /usr/lib/postgresql/15/lib/bitcode
mkdir -p /var/lib/postgresql/data /docker-entrypoint-initdb.d /var/run/postgresql
chown postgres:postgres /var/lib/postgresql /var/lib/postgresql/data /var/run/postgresql
cat > /usr/local/bin/docker-entrypoint.sh <<'END'
#!/bin/bash
set -euo pipefail
[ "\${1:0:1}" != - ] || set -- postgres "$@"
if [ "$1" != postgres ]; then exec "$@"; fi
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=\${POSTGRES_USER:-postgres} database=\${POSTGRES_DB:-\${POSTGRES_USER:-postgres}} method=scram-sha-256
    if [ -n "\${POSTGRES_PASSWORD_FILE:-}" ]; then POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); fi
    if [ -z "\${POSTGRES_PASSWORD:-}" ]; then
        if [ "\${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
            echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
            exit 1
        fi
        method=trust
    fi
    initdb -D "$PGDATA" -U "$user" --pwfile=<(printf '%s\\n' "\${POSTGRES_PASSWORD:-unused}") --auth-local=trust --auth-host=$method -E UTF8
    echo "host all all all $method" >> "$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
    [ "$database" = postgres ] || createdb -U "$user" "$database"
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh) bash "$script" ;;
            *.sql) psql -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f "$script" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@" -c listen_addresses='*'
END
chmod 755 /usr/local/bin/docker-entrypoint.sh`,
  take: 'changes',
};

export const postgresImage: ImageRecipe = {
  tags: ['postgres:latest', 'postgres:15', 'postgres:15-bookworm'],
  layers: [debian, postgres],
  config: {
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['postgres'],
    Env: [
      `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${BIN}`,
      'LANG=C.UTF-8',
      'PG_MAJOR=15',
      'PGDATA=/var/lib/postgresql/data',
    ],
    Volumes: { '/var/lib/postgresql/data': {} },
    ExposedPorts: { '5432/tcp': {} },
    StopSignal: 'SIGINT',
  },
};
