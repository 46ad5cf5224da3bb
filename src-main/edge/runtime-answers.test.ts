import { describe, expect, it } from 'vitest';
import {
  backendAnswerMs,
  backendSessions,
  backendTraffic,
  parseDescription,
  parseProcesses,
  parseStat,
  parseTable,
  slotServers,
  weakest,
} from './runtime-answers.ts';

describe('show proc', () => {
  const answer = `#<PID>          <type>          <reloads>       <uptime>        <version>
1               master          2 [failed: 1]   0d00h10m34s     2.6.12-1+deb12u4
# workers
41              worker          0               0d00h00m05s     2.6.12-1+deb12u4
# old workers
7               worker          2               1d01h10m34s     2.6.12-1+deb12u4
29              worker          1               0d00h02m00s     2.6.12-1+deb12u4
# programs

`;
  it('tells the worker that serves from those that leave', () => {
    expect(parseProcesses(answer)).toEqual({
      failedReloads: 1,
      current: { pid: 41, uptime: 5 },
      old: [
        { pid: 7, uptime: 90_634 },
        { pid: 29, uptime: 120 },
      ],
    });
  });

  it('takes silence and half an answer for unknown', () => {
    expect(parseProcesses('')).toBeUndefined();
    expect(parseProcesses(answer.slice(0, 150))).toBeUndefined();
  });
});

describe('show info', () => {
  it('names the configuration that is loaded', () => {
    expect(parseDescription('Name: HAProxy\nUptime_sec: 5\ndescription: longshore-00ff\nStopping: 0\n')).toBe('longshore-00ff');
    expect(parseDescription('Name: HAProxy\nUptime_sec: 5\nStopping: 0\n')).toBe('');
    expect(parseDescription('')).toBeUndefined();
  });
});

describe('show stat', () => {
  const header = '# pxname,svname,qcur,scur,status,check_status,check_code,check_desc,last_chk,\n';

  it('counts only servers that passed their check', () => {
    const rows = parseStat(
      `${header}be_shop_a,a1,0,0,UP,L7OK,200,Layer7 check passed,OK,\nbe_shop_a,a2,0,0,UP,INI,,Initializing,,\nbe_shop_a,a3,0,0,UP,* L7OK,200,Layer7 check passed,OK,\nbe_shop_a,a4,0,0,MAINT (resolution),,,,,\n`,
    );
    expect(slotServers(rows ?? [])).toEqual({ present: 3, healthy: 2, unchecked: 1, lastFailure: null });
  });

  it('does not take the check of the release before for that of a new one', () => {
    const rows = parseStat(`${header}be_shop_a,a1,0,0,UP 1/3,L7OK,200,Layer7 check passed,OK,\n`);
    expect(slotServers(rows ?? [])).toEqual({ present: 1, healthy: 0, unchecked: 0, lastFailure: null });
  });

  it('counts those that no check has looked at yet, however their address was found', () => {
    const rows = parseStat(
      `${header}be_a,a1,0,0,UP,* INI,,Initializing,,\nbe_a,a2,0,0,UP 1/3,INI,,Initializing,,\nbe_a,a3,0,0,DOWN,INI,,,,\n`,
    );
    expect(slotServers(rows ?? [])).toMatchObject({ present: 3, healthy: 0, unchecked: 2 });
  });

  it('says why a server is down', () => {
    const down = (row: string) => slotServers(parseStat(header + row) ?? []).lastFailure;
    expect(down('be_a,a1,0,0,DOWN,L4CON,,Layer4 connection problem,Connection refused,\n')).toBe('L4CON: Connection refused');
    expect(down('be_a,a1,0,0,DOWN 1/2,L7STS,500,"Layer7, wrong status","HTTP ""status"" check",\n')).toBe('L7STS 500: HTTP "status" check');
    expect(down('be_a,a1,0,0,DOWN,* L4TOUT,,Layer4 timeout,,\n')).toBe('L4TOUT: Layer4 timeout');
  });

  it('adds queued to current sessions', () => {
    expect(backendSessions(parseStat(`${header}be_a,BACKEND,2,3,UP,,,,,\n`) ?? [], 'be_a')).toBe(5);
  });

  it('counts what came through a slot by all its ports, and what failed', () => {
    const columns = '# pxname,svname,scur,stot,hrsp_5xx,rtime,\n';
    const rows = 'be_a,BACKEND,2,100,3,23,\nbe_a_8080,BACKEND,1,10,1,99,\nbe_ab,BACKEND,9,9,9,9,\nbe_a,a1,7,7,7,7,\n';
    expect(backendTraffic(parseStat(columns + rows) ?? [], 'be_a')).toEqual({ requests: 110, failed: 4, active: 3, averageMs: 23 });
  });

  it('has no rows where a worker is older than the backend', () => {
    expect(parseStat('No such proxy.\n\n')).toEqual([]);
  });

  it('takes anything else for unknown', () => {
    expect(parseStat('')).toBeUndefined();
    expect(parseStat("Can't find the target PID matching the prefix '@!99999'\n")).toBeUndefined();
  });
});

describe('the servers of a slot that routes have once more', () => {
  const row = (pxname: string, status: string, check_status: string): Record<string, string> => ({
    pxname,
    svname: 'a1',
    status,
    check_status,
  });
  const main = [row('be_shop_a', 'UP', 'L7OK'), row('be_shop_a', 'UP', 'L7OK')];
  it('are healthy where they are so everywhere; other ports and other slots are no matter of it', () => {
    const others = [
      row('be_shop_a_8125', 'DOWN', 'L4CON'),
      row('be_shop_a_other_r7', 'DOWN', 'L7TOUT'),
      row('be_shop_b_r7', 'DOWN', 'L4CON'),
    ];
    expect(weakest([...main, ...others], 'be_shop_a').healthy).toBe(2);
    const late = [row('be_shop_a_r7', 'UP', 'L7OK'), row('be_shop_a_r7', 'DOWN', 'L4CON')];
    expect(weakest([...main, ...others, ...late], 'be_shop_a')).toMatchObject({ present: 2, healthy: 1, lastFailure: 'L4CON' });
  });
});

describe('a table that counts', () => {
  const head = '# table: counts_routes, type: string, size:2048, used:2\n';

  it('says what was counted of each key', () => {
    const answer = `${head}0x7f12a0: key=r1 use=0 exp=3599000 shard=0 http_req_rate(10000)=12 http_err_rate(10000)=3 gpc0_rate(10000)=1\n0x7f12b0: key=r20 use=1 exp=1 http_req_rate(10000)=4 http_err_rate(10000)=0 gpc0_rate(10000)=0\n\n`;
    expect([...(parseTable(answer) ?? [])]).toEqual([
      ['r1', { requests: 12, refused: 3, failed: 1 }],
      ['r20', { requests: 4, refused: 0, failed: 0 }],
    ]);
  });

  it('is empty where nobody came or there is none, and unknown where nothing was answered', () => {
    expect(parseTable(`${head}\n`)?.size).toBe(0);
    expect(parseTable('No such table\n')?.size).toBe(0);
    expect(parseTable('')).toBeUndefined();
    expect(parseTable('Permission denied\n')).toBeUndefined();
  });
});

describe('how soon answers begin', () => {
  it('is not known of a backend that had no request', () => {
    const row = (pxname: string, stot: string, rtime: string) => ({ pxname, svname: 'BACKEND', stot, rtime });
    const rows = [row('be_shop_a', '7', '12'), row('be_shop_a_81', '0', '0'), { ...row('be_blog_a', '1', '1'), svname: 'a1' }];
    expect(backendAnswerMs(rows, 'be_shop_a')).toBe(12);
    expect(backendAnswerMs(rows, 'be_shop_a_81')).toBeNull();
    expect(backendAnswerMs(rows, 'be_blog_a')).toBeNull();
  });
});
