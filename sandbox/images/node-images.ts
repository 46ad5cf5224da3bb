/** node:20, node:22 and node:24: the real Node builds as npm carries them, on Debian or on the busybox root. */
import { alpine, closureFunction } from './alpine-images.ts';
import { debian, debianFull } from './debian-images.ts';
import type { ImageRecipe, LayerRecipe } from './recipe-types.ts';
import { PATH } from './recipe-types.ts';

/** Node and the npm that each brings along in the original image. */
const versions = [
  { major: '20', node: '20.20.2', npm: '10.8.2' },
  { major: '22', node: '22.23.3', npm: '10.9.8' },
  { major: '24', node: '24.21.0', npm: '11.21.2' },
] as const;
const YARN = '1.22.22';

const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

/** Users and libraries that Node needs, on Debian (whose apt brings the libraries) and on the busybox root. */
const nodeUserOnDebian: LayerRecipe = {
  name: 'node user',
  script: 'groupadd --gid 1000 node; useradd --uid 1000 --gid node --shell /bin/bash --create-home node',
  take: 'changes',
};
const nodeUserOnAlpine: LayerRecipe = {
  name: 'node user and C++ library',
  script: `${closureFunction}
lib=$(dirname "$(find / -xdev -name 'libstdc++.so.6' -not -path '/out/*' | head -n 1)")
closure "$lib/libstdc++.so.6" "$lib/libgcc_s.so.1" /lib/*-linux-gnu/libdl.so.2 /lib/*-linux-gnu/libm.so.6 /lib/*-linux-gnu/libpthread.so.0
mkdir -p /out/etc /out/home/node
printf 'root:x:0:0:root:/root:/bin/sh\\nnobody:x:65534:65534:nobody:/:/bin/false\\nnode:x:1000:1000::/home/node:/bin/sh\\n' > /out/etc/passwd
printf 'root:x:0:\\nnogroup:x:65534:\\nnode:x:1000:node\\n' > /out/etc/group
chown 1000:1000 /out/home/node`,
  take: 'out',
};

function node(version: (typeof versions)[number]): LayerRecipe {
  return {
    name: `node ${version.major}`,
    npm: [`node-linux-${architecture}@${version.node}`, `npm@${version.npm}`, `yarn@${YARN}`],
    script: `root=/out/usr/local
mkdir -p $root/bin $root/lib/node_modules /out/opt
cp /practice/node-linux-${architecture}/bin/node $root/bin/node
chmod 755 $root/bin/node
ln -s node $root/bin/nodejs
[ -d /practice/node-linux-${architecture}/include ] && cp -r /practice/node-linux-${architecture}/include $root/include
cp -r /practice/npm $root/lib/node_modules/npm
rm -rf $root/lib/node_modules/npm/docs $root/lib/node_modules/npm/man
cp -r /practice/yarn /out/opt/yarn-v${YARN}
for name in npm npx; do ln -s ../lib/node_modules/npm/bin/$name-cli.js $root/bin/$name; done
for name in yarn yarnpkg; do ln -s /opt/yarn-v${YARN}/bin/$name $root/bin/$name; done
chmod 755 $root/lib/node_modules/npm/bin/*.js /out/opt/yarn-v${YARN}/bin/*
mkdir -p $root/etc
[ -f /practice/npmrc ] && cp /practice/npmrc $root/etc/npmrc
cat > $root/bin/docker-entrypoint.sh <<'END'
#!/bin/sh
set -e
# Anything that is no command is an argument of node.
if [ "\${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then
    set -- node "$@"
fi
exec "$@"
END
chmod 755 $root/bin/docker-entrypoint.sh
chown -R 0:0 /out`,
    take: 'out',
  };
}

export const nodeImages: readonly ImageRecipe[] = versions.flatMap((version) => {
  const config = {
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node'],
    Env: [PATH, `NODE_VERSION=${version.node}`, `YARN_VERSION=${YARN}`],
  };
  const tags = (...suffixes: string[]) =>
    [version.major, version.node].flatMap((prefix) => suffixes.map((suffix) => `node:${prefix}${suffix}`));
  return [
    { tags: tags('', '-bookworm'), layers: [...debianFull, nodeUserOnDebian, node(version)], config },
    { tags: tags('-slim', '-bookworm-slim'), layers: [debian, nodeUserOnDebian, node(version)], config },
    { tags: tags('-alpine'), layers: [alpine, nodeUserOnAlpine, node(version)], config },
  ];
});
