import { describe, expect, it } from 'vitest';
import { parseDescription } from '../edge/index.ts';
import { parseStatus } from './answers.ts';

const header = '# pxname,svname,qcur,scur,status,type,check_status,';

describe('answers of the HAProxy of a port', () => {
  it('count its connections and the servers that take some', () => {
    const stat = `${header}
port,FRONTEND,,3,OPEN,0,,
a,a1,0,3,UP,2,L4OK,
a,a2,0,0,MAINT (resolution),2,,
a,BACKEND,0,3,UP,1,,
b,b1,0,0,DOWN,2,L4CON,
`;
    expect(parseStatus(stat)).toEqual({ connections: 3, working: 1, lastFailure: 'L4CON' });
    expect(parseStatus(`${header}\nport,FRONTEND,,0,OPEN,0,,\ntarget,target,0,0,no check,2,,\n`)).toEqual({
      connections: 0,
      working: 1,
      lastFailure: null,
    });
  });

  it('that say nothing are unknown', () => {
    expect(parseStatus('')).toBeUndefined();
    expect(parseStatus('Unknown command')).toBeUndefined();
    expect(parseDescription('')).toBeUndefined();
    expect(parseDescription('Name: HAProxy\ndescription: longshore-1\nUptime_sec: 3\n')).toBe('longshore-1');
  });
});
