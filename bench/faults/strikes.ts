import { crashServer, execOn, fillDisk, freezeServer, unfillDisk } from '../../sandbox/index.ts';
import { poll, sleep } from '../../src-main/base/wait.ts';
import type { FaultName } from './cells.ts';
import type { Ground } from './ground.ts';
import { type LaptopRun, leaseMs } from './laptop.ts';

/** A fault: it strikes while the deploy stands at its moment, and heals by itself or by us while the deploy goes on. */
export interface Strike {
  /** Resolves when the fault is there. Then the deploy goes on, unless it is killed. */
  strike(ground: Ground, run: LaptopRun): Promise<void>;
  /** Resolves when whatever was broken is whole again. */
  heal?(ground: Ground, run: LaptopRun): Promise<void>;
}

const frozenMs = leaseMs * 1.6;
const cableOutMs = 25_000;
const diskFullMs = 20_000;
const lastBlocks = '/var/lib/practice-fill';

async function onServer(ground: Ground, command: string): Promise<void> {
  const result = await execOn(ground.name, command);
  if (result.code !== 0) throw new Error(`${command}: ${result.stderr || result.stdout}`);
}

export const strikes: Readonly<Record<FaultName, Strike>> = {
  kill: {
    async strike(_ground, run) {
      run.signal('SIGKILL');
      await run.ended(10_000);
    },
  },
  freeze: {
    async strike(_ground, run) {
      run.signal('SIGSTOP');
      await sleep(frozenMs);
      run.signal('SIGCONT');
    },
  },
  replaced: {
    async strike(ground, run) {
      run.signal('SIGSTOP');
      const other = await ground.deploy(ground.otherHome, null).ended(120_000);
      run.signal('SIGCONT');
      if (other.code !== 0) throw new Error(`The other computer's deploy failed: ${other.error}\n${other.said}`);
    },
  },
  link: {
    strike: ({ laptop }) => laptop.cut(),
    async heal({ laptop }) {
      await sleep(cableOutMs);
      await laptop.heal();
    },
  },
  sshd: {
    async strike(ground) {
      // Started apart from the session that it ends as well.
      await onServer(ground, `systemd-run --quiet --collect sh -c 'pkill -KILL sshd; systemctl reset-failed ssh; systemctl restart ssh'`);
    },
  },
  dockerd: {
    strike: (ground) => onServer(ground, 'systemctl kill --kill-who=main --signal=KILL docker.service'),
  },
  restart: {
    strike: (ground) => onServer(ground, 'systemctl restart --no-block docker.service'),
  },
  disk: {
    async strike(ground) {
      await fillDisk(ground.name, 4);
      // To the last block: what is written at once cannot be had in one piece.
      await execOn(ground.name, ['dd', 'if=/dev/zero', `of=${lastBlocks}`, 'bs=4k', 'status=none']);
    },
    async heal({ name }, run) {
      await poll(() => run.isOver || undefined, { everyMs: 100, withinMs: diskFullMs });
      await unfillDisk(name);
      await execOn(name, ['rm', '-f', lastBlocks]);
    },
  },
  crash: {
    // Everything stands still at this very moment; what is asked meanwhile is on its way when the power goes.
    strike: ({ name }) => freezeServer(name),
    async heal({ name }) {
      await sleep(200);
      await crashServer(name);
    },
  },
};
