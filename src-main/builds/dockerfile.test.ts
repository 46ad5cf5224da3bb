import { expect, test } from 'vitest';
import { portOfDockerfile } from './dockerfile.ts';

test.each([
  ['FROM node\nEXPOSE 8080\n', 8080],
  ['FROM node\nexpose 8080/tcp 9090\n', 8080],
  ['FROM node\nEXPOSE 53/udp 8053\n', 8053],
  ['FROM node\nENV PORT=4000\nEXPOSE $PORT\n', 4000],
  [`FROM node\nENV PORT 4000\nEXPOSE \${PORT}\n`, 4000],
  [`FROM node\nARG PORT=5000\nEXPOSE \${PORT}\n`, 5000],
  [`FROM node\nEXPOSE \${PORT:-6000}\n`, 6000],
  ['ARG P=7000\nFROM node\nARG P\nEXPOSE $P\n', 7000],
  ['FROM node AS a\nEXPOSE 1111\nFROM node\nEXPOSE 2222\n', 2222],
  ['FROM node AS base\nEXPOSE 1111\nFROM base\nCMD x\n', 1111],
  ['FROM node AS build\nEXPOSE 1111\nFROM nginx:alpine\nCOPY --from=build /x /y\n', 80],
  ['FROM --platform=linux/amd64 nginx\n', 80],
  ['ARG V=1\nFROM nginxinc/nginx-unprivileged:$V\n', 8080],
  ['FROM php:8-apache\n', 80],
  ['FROM node\nENV A=1 \\\n  # a comment\n  PORT=4100\n', 4100],
  ['FROM node\nENV NAME="a b" PORT="4200"\n', 4200],
  ['# escape=`\nFROM node\nENV A=1 `\n PORT=4300\n', 4300],
  ['FROM node\nRUN <<EOF\nEXPOSE 1\nEOF\nEXPOSE 4400\n', 4400],
  ['FROM node\r\nEXPOSE 4500\r\n', 4500],
  ['FROM node\n# EXPOSE 1\n', null],
  ['FROM node\nEXPOSE 99999\n', null],
  ['FROM node\nEXPOSE $NOPE\n', null],
  ['FROM node\nEXPOSE 3000-3010\n', 3000],
  ['EXPOSE 80\n', null],
  ['', null],
] as const)('%j listens on %j', (text, port) => {
  expect(portOfDockerfile(text)?.port ?? null).toBe(port);
});
