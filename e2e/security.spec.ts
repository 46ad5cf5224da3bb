/**
 * The window's walls, each asserted in the running app. Hostile code is given as text: it is what a page would run if
 * something had got into it.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { catchOpened, openedUrls } from './desktop.ts';
import { expect, type Longshore, test } from './fixtures.ts';
import { launchWithSystemSandbox, systemSandboxMissing } from './system-sandbox.ts';

/** Runs code as the page's own, later than Playwright's evaluation, which Chromium frees from the policy. */
function inPage<T>(page: Page, code: string): Promise<T> {
  return page.evaluate(`new Promise((resolve, reject) => setTimeout(() => (async () => { ${code} })().then(resolve, reject), 0))`);
}

function call(page: Page, name: string, args: unknown): Promise<unknown> {
  return inPage(page, `return longshore.call(${JSON.stringify(name)}, ${JSON.stringify(args)}, crypto.randomUUID())`);
}

/** Calls main as if the given frame of the given window had sent it, past every check of the preload. */
function callAs(longshore: Longshore, sender: 'window' | 'sub-frame' | 'other window', name: string, args: unknown): Promise<unknown> {
  return longshore.app.evaluate(
    async ({ BrowserWindow, ipcMain }, [as, callName, callArgs]) => {
      // Not documented, and the only way to choose the sender of an invoke; should it go, this throws and the spec fails.
      const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (event: unknown, ...args: unknown[]) => Promise<unknown>> })
        ._invokeHandlers;
      const [own, other] = BrowserWindow.getAllWindows().sort((a, b) => a.id - b.id);
      const main = own?.webContents.mainFrame;
      const frames = { window: main, 'sub-frame': main?.frames[0], 'other window': other?.webContents.mainFrame };
      const senderFrame = frames[as as keyof typeof frames];
      if (!senderFrame) throw new Error(`There is no ${as}`);
      return handlers.get('longshore:call')?.({ senderFrame }, callName, callArgs, 'spec');
    },
    [sender, name, args] as const,
  );
}

const refused = { ok: false, error: { code: 'invalid-input', message: 'Only the window of Longshore may ask this' } };

test.describe('the page', () => {
  test('has the bridge and nothing of Node or Electron', async ({ page, home }) => {
    expect(await call(page, 'app.info', {})).toMatchObject({ ok: true, value: { platform: process.platform, home, recovered: [] } });
    const kinds = await inPage(
      page,
      'return [typeof require, typeof process, typeof module, typeof Buffer, typeof global, typeof __dirname, typeof ipcRenderer]',
    );
    expect(kinds).toEqual(Array(7).fill('undefined'));
    expect(await inPage(page, 'return Object.keys(longshore).sort()')).toEqual(['call', 'cancel', 'on', 'open', 'pathForFile']);
  });

  test('cannot change the bridge', async ({ page }) => {
    const after = await inPage(
      page,
      `
      const attempts = [
        () => { longshore.call = 1; },
        () => { longshore.extra = 1; },
        () => { delete longshore.call; },
        () => { window.longshore = {}; },
        () => { delete window.longshore; },
        () => Object.defineProperty(window, 'longshore', { value: {} }),
      ];
      for (const attempt of attempts) try { attempt(); } catch {}
      return [typeof longshore.call, 'extra' in longshore];`,
    );
    expect(after).toEqual(['function', false]);
  });

  test('runs isolated and sandboxed', async ({ longshore }) => {
    const preferences = await longshore.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test('is held by the operating system too', async ({ home }) => {
    const missing = await systemSandboxMissing();
    test.skip(missing !== null, missing ?? '');
    await using started = await launchWithSystemSandbox(home);
    expect(started.page.url()).toBe('app://ui/');
    // Mode 2 is a filter of system calls (proc(5)); the name space ids differ from those of the main process.
    const status = await readFile(`/proc/${started.rendererPid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).not.toMatch(/^Uid:\t0\t/m);
  });
});

test.describe('content', () => {
  test('comes from our own scheme under a strict policy', async ({ longshore, page }) => {
    expect(page.url()).toBe('app://ui/');
    const { status, policy, type, sniff } = await longshore.app.evaluate(async ({ session }) => {
      const answer = await session.defaultSession.fetch('app://ui/');
      const { headers } = answer;
      return {
        status: answer.status,
        policy: headers.get('content-security-policy'),
        type: headers.get('content-type'),
        sniff: headers.get('x-content-type-options'),
      };
    });
    expect({ status, type, sniff }).toEqual({ status: 200, type: 'text/html; charset=utf-8', sniff: 'nosniff' });
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy?.match(/unsafe-inline/g)).toHaveLength(1);
  });

  test('draws without breaking that policy', async ({ launch, home }) => {
    const { app, page } = await launch({ home });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload());
    await expect(page.locator('#root > *').first()).toBeVisible();
    expect(complaints).toEqual([]);
  });

  test('runs no script that is not a file of ours', async ({ page }) => {
    const ran = await inPage(
      page,
      `
      const attempts = {
        eval: () => eval('window.pwned = "eval"'),
        Function: () => new Function('window.pwned = "Function"')(),
        timeout: () => setTimeout('window.pwned = "timeout"', 0),
        inline: () => { const s = document.createElement('script'); s.textContent = 'window.pwned = "inline"'; document.body.append(s); },
        foreign: () => { const s = document.createElement('script'); s.src = 'https://example.com/x.js'; document.body.append(s); },
        data: () => { const s = document.createElement('script'); s.src = 'data:text/javascript,window.pwned="data"'; document.body.append(s); },
        blob: () => { const s = document.createElement('script'); s.src = URL.createObjectURL(new Blob(['window.pwned="blob"'])); document.body.append(s); },
        innerHTML: () => { const d = document.createElement('div'); document.body.append(d); d.innerHTML = '<img src=x onerror="window.pwned=1">'; },
        attribute: () => { const i = document.createElement('img'); document.body.append(i); i.setAttribute('onerror', 'window.pwned=1'); i.src = 'app://ui/none.png'; },
        srcdoc: () => { const f = document.createElement('iframe'); f.srcdoc = '<script>parent.pwned="srcdoc"</script>'; document.body.append(f); },
        javascript: () => { const a = document.createElement('a'); a.href = 'javascript:window.pwned="link"'; document.body.append(a); a.click(); },
        import: () => import('data:text/javascript,window.pwned="import"'),
        worker: () => new Worker('data:text/javascript,1'),
      };
      const violations = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const silent = [];
      for (const [name, attempt] of Object.entries(attempts)) {
        const before = violations.length;
        let failed = false;
        try { await attempt(); } catch { failed = true; }
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (!failed && violations.length === before) silent.push(name);
      }
      return { pwned: window.pwned ?? null, silent };`,
    );
    // Each attempt must have been stopped by an error or a reported violation, not merely be late.
    expect(ran).toEqual({ pwned: null, silent: [] });
  });

  test.describe('stays on this computer', () => {
    let server: Server;
    let url: string;
    const reached: string[] = [];
    test.beforeEach(async () => {
      reached.length = 0;
      server = createServer((request, response) => {
        reached.push(request.url ?? '');
        response.setHeader('access-control-allow-origin', '*');
        response.end('<title>elsewhere</title>');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    test.afterEach(() => new Promise((resolve) => server.close(resolve)));

    test('by sending nothing anywhere', async ({ page }) => {
      const got = await inPage(
        page,
        `
        const url = ${JSON.stringify(url)};
        const failed = (attempt) => attempt().then(() => false, () => true);
        const element = (tag, attribute) => new Promise((resolve, reject) => {
          const e = document.createElement(tag);
          e.onload = resolve; e.onerror = reject; e[attribute] = url + '/' + tag;
          if (tag === 'link') e.rel = 'stylesheet';
          document.body.append(e);
        });
        return {
          fetch: await failed(() => fetch(url + '/fetch')),
          nocors: await failed(() => fetch(url + '/nocors', { mode: 'no-cors' })),
          image: await failed(() => element('img', 'src')),
          style: await failed(() => element('link', 'href')),
          socket: await failed(() => new Promise((resolve, reject) => { const s = new WebSocket(url.replace('http', 'ws')); s.onopen = resolve; s.onerror = reject; })),
          events: await failed(() => new Promise((resolve, reject) => { const s = new EventSource(url); s.onopen = resolve; s.onerror = reject; })),
          beacon: navigator.sendBeacon(url + '/beacon') || true,
        };`,
      );
      expect(got).toEqual({ fetch: true, nocors: true, image: true, style: true, socket: true, events: true, beacon: true });
      expect(reached).toEqual([]);
    });

    test('by never leaving its page', async ({ longshore, page, home }) => {
      const html = join(home, 'dropped.html');
      await writeFile(html, '<title>elsewhere</title>');
      const targets = [
        url,
        'https://example.com/',
        'file:///etc/passwd',
        `file://${html}`,
        'data:text/html,x',
        'app://other/',
        'smb://host/share',
      ];
      for (const target of targets) {
        for (const way of [
          (to: string) => `location.href = ${to}`,
          (to: string) => `location.replace(${to})`,
          (to: string) => `const a = document.createElement('a'); a.href = ${to}; document.body.append(a); a.click()`,
          (to: string) => `const f = document.createElement('form'); f.action = ${to}; document.body.append(f); f.submit()`,
        ]) {
          await inPage(page, `try { ${way(JSON.stringify(target))} } catch {}`);
        }
        // An answer from main: it comes after everything that the page had asked before.
        expect(await call(page, 'app.info', {})).toMatchObject({ ok: true });
        expect(page.url()).toBe('app://ui/');
      }
      await longshore.dropPaths([html]);
      expect(await call(page, 'app.info', {})).toMatchObject({ ok: true });
      expect(page.url()).toBe('app://ui/');
      expect(reached).toEqual([]);
    });

    test('by coming back from about:blank, of which Chromium asks nobody', async ({ page }) => {
      await inPage(page, `location.href = 'about:blank'`);
      await expect.poll(() => inPage(page, 'return location.href').catch(() => null)).toBe('app://ui/');
      await expect.poll(() => call(page, 'app.info', {}).catch(() => null)).toMatchObject({ ok: true });
    });

    test('by opening no second window', async ({ longshore, page }) => {
      const opened = await inPage(
        page,
        `
        const url = ${JSON.stringify(url)};
        const a = document.createElement('a'); a.href = url + '/blank'; a.target = '_blank'; document.body.append(a); a.click();
        return [window.open(url), window.open('about:blank'), window.open('app://ui/'), window.open('')].map((opened) => opened === null);`,
      );
      expect(opened).toEqual([true, true, true, true]);
      expect(await call(page, 'app.info', {})).toMatchObject({ ok: true });
      expect(
        await longshore.app.evaluate(({ BrowserWindow, webContents }) => [
          BrowserWindow.getAllWindows().length,
          webContents.getAllWebContents().length,
        ]),
      ).toEqual([1, 1]);
      expect(reached).toEqual([]);
    });

    test('by framing nothing and hosting no web view', async ({ longshore, page }) => {
      await inPage(
        page,
        `
        for (const [tag, attribute] of [['iframe', 'src'], ['embed', 'src'], ['object', 'data'], ['webview', 'src']]) {
          const e = document.createElement(tag); try { e.setAttribute(attribute, ${JSON.stringify(url)}); } catch {} document.body.append(e);
        }
        await longshore.call('app.info', {}, 'wait');`,
      );
      expect(await longshore.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
      expect(reached).toEqual([]);
    });
  });

  test('is served from its folder alone', async ({ longshore, page }) => {
    const paths = [
      '%2e%2e%2fmain/main.js',
      '..%2fmain%2fmain.js',
      'assets/..%2f..%2f..%2fpackage.json',
      '%2e%2e%5cmain.js',
      'index.html%00',
      '%2fetc%2fpasswd',
      'nothing.js',
      '%ff',
    ];
    const fromPage = await inPage<number[]>(
      page,
      `return Promise.all(${JSON.stringify(paths)}.map((path) => fetch('app://ui/' + path).then(({ status }) => status)))`,
    );
    expect(fromPage).toEqual(paths.map(() => 404));
    const fromMain = await longshore.app.evaluate(async ({ session }, tried) => {
      const urls = [...tried.map((path) => `app://ui/${path}`), 'app://main/main.js', 'app://ui.example/index.html'];
      return Promise.all(urls.map(async (url) => (await session.defaultSession.fetch(url)).status));
    }, paths);
    expect(fromMain).toEqual([...paths, 1, 2].map(() => 404));
  });
});

test('every permission is denied', async ({ page }) => {
  const answers = await inPage(
    page,
    `
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'clipboard-write', 'persistent-storage',
      'screen-wake-lock', 'idle-detection', 'storage-access', 'window-management', 'local-fonts', 'accelerometer', 'display-capture'];
    const granted = [];
    for (const name of names) {
      const state = await navigator.permissions.query({ name }).then(({ state }) => state, () => 'unknown');
      if (state === 'granted') granted.push(name);
    }
    const outcome = (attempt) => attempt().then(() => 'granted', () => 'denied');
    return {
      granted,
      notification: await Notification.requestPermission(),
      media: await outcome(() => navigator.mediaDevices.getUserMedia({ audio: true, video: true })),
      screen: await outcome(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      place: await outcome(() => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      clipboard: await outcome(() => navigator.clipboard.readText()),
      midi: await outcome(() => navigator.requestMIDIAccess({ sysex: true })),
      usb: await outcome(() => navigator.usb.requestDevice({ filters: [] })),
      serial: await outcome(() => navigator.serial.requestPort()),
      hid: await outcome(async () => { if ((await navigator.hid.requestDevice({ filters: [] })).length === 0) throw new Error('none'); }),
    };`,
  );
  expect(answers).toEqual({
    granted: [],
    notification: 'denied',
    media: 'denied',
    screen: 'denied',
    place: 'denied',
    clipboard: 'denied',
    midi: 'denied',
    usb: 'denied',
    serial: 'denied',
    hid: 'denied',
  });
});

test.describe('main answers', () => {
  test('its own window by the contract only', async ({ longshore, page }) => {
    expect(await callAs(longshore, 'window', 'app.info', {})).toMatchObject({ ok: true });
    for (const name of ['app.explode', 'toString', '__proto__', 'constructor', '', 7, null]) {
      expect(await callAs(longshore, 'window', name as string, {})).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
    }
    expect(await inPage(page, `return longshore.call('app.explode', {}, 'x').then(() => 'answered', (error) => error.message)`)).toContain(
      'no call named',
    );
    expect(
      await inPage(page, `try { longshore.on('everything', () => {}); return 'subscribed' } catch (error) { return error.message }`),
    ).toContain('no event named');
    expect(
      await inPage(page, `try { longshore.open('everything', {}, {}); return 'opened' } catch (error) { return error.message }`),
    ).toContain('no stream named');
    for (const [name, args, field] of [
      ['servers.add', { name: 'x', host: 'h', port: 0, user: 'u', authentication: { kind: 'agent' } }, 'port'],
      ['servers.add', { name: '../x', host: 'h', port: 22, user: 'u', authentication: { kind: 'agent' } }, 'name'],
      ['folders.inspect', { path: 7, target: null, choices: null }, 'path'],
      ['choices.set', { path: '/x', target: null, choices: { include: 'all', exclude: [] } }, 'choices.include'],
      ['links.open', null, ''],
      ['preferences.set', { theme: 'pink' }, 'theme'],
    ] as const) {
      expect(await call(page, name, args)).toMatchObject({
        ok: false,
        error: { code: 'invalid-input', message: expect.stringContaining(field) },
      });
    }
  });

  test('no sub-frame', async ({ longshore, page }) => {
    const bridges = await inPage(
      page,
      `const f = document.createElement('iframe'); document.body.append(f); return [typeof f.contentWindow.longshore, typeof f.contentWindow.require]`,
    );
    expect(bridges).toEqual(['undefined', 'undefined']);
    expect(await callAs(longshore, 'sub-frame', 'app.info', {})).toEqual(refused);
  });

  test('no other window, not even one that shows our page with our preload', async ({ longshore }) => {
    await longshore.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/preload.cjs`;
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } });
      await other.loadURL('app://ui/');
    });
    expect(await callAs(longshore, 'other window', 'app.info', {})).toEqual(refused);
    const asked = await longshore.app.evaluate(({ BrowserWindow }) => {
      const other = BrowserWindow.getAllWindows().sort((a, b) => b.id - a.id)[0];
      return other?.webContents.executeJavaScript(`longshore.call('app.info', {}, 'x')`);
    });
    expect(asked).toEqual(refused);
  });
});

test('only safe links reach the desktop', async ({ longshore, page }) => {
  await catchOpened(longshore.app);
  const hostile = [
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://host/x',
    'vscode://x',
    'ms-msdt:/id',
    'ssh://-oProxyCommand=x',
    'http://example.com/',
    'data:text/html,x',
    'https:%0a//x',
    '',
  ];
  for (const url of hostile)
    expect([url, await call(page, 'links.open', { url })]).toMatchObject([url, { ok: false, error: { code: 'invalid-input' } }]);
  for (const url of ['https://example.com/a', 'http://127.0.0.1:8080/', 'http://localhost/'])
    expect(await call(page, 'links.open', { url })).toEqual({ ok: true, value: null });
  expect(await openedUrls(longshore.app)).toEqual(['https://example.com/a', 'http://127.0.0.1:8080/', 'http://localhost/']);
});

test('without a keyring nothing secret is written, and the user is told', async ({ page }) => {
  // Playwright starts Electron with --password-store=basic: a key that stands in Chromium's source.
  test.skip(process.platform !== 'linux', 'Keychain and DPAPI are always there');
  expect(await call(page, 'app.info', {})).toMatchObject({
    ok: true,
    value: { vault: { available: false, reason: expect.stringContaining('never written') } },
  });
});
