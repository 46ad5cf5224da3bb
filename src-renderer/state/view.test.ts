import { beforeEach, describe, expect, it } from 'vitest';
import { closeDeploySheet, forgetViews, goBack, goForward, initialView, navigate, openDeploySheet, setOverlay, useView } from './view.ts';

const view = () => useView.getState();
const overview = { kind: 'server', server: 's1', tab: 'overview' } as const;
const shop = { kind: 'app', server: 's1', app: 'shop', tab: 'logs' } as const;

beforeEach(() => useView.setState(initialView, true));

describe('navigate', () => {
  it('remembers where it came from, back and forward', () => {
    navigate(overview);
    navigate(shop);
    goBack();
    expect(view().view).toEqual(overview);
    goBack();
    expect(view().view).toEqual({ kind: 'home' });
    goForward();
    goForward();
    expect(view().view).toEqual(shop);
    goForward();
    expect(view().view).toEqual(shop);
  });

  it('takes no step to where it is', () => {
    navigate(overview);
    navigate({ tab: 'overview', server: 's1', kind: 'server' });
    expect(view().past).toHaveLength(1);
  });

  it('forgets what was ahead once it goes elsewhere', () => {
    navigate(overview);
    goBack();
    navigate(shop);
    goForward();
    expect(view().view).toEqual(shop);
    expect(view().future).toEqual([]);
  });

  it('closes what leads somewhere and keeps the other overlays', () => {
    setOverlay('palette', true);
    setOverlay('jobsTray', true);
    setOverlay('addServer', true);
    navigate(overview);
    expect(view()).toMatchObject({ palette: false, jobsTray: false, addServer: true });
  });

  it('keeps a hundred steps and no more', () => {
    for (let number = 0; number < 150; number += 1) navigate({ kind: 'job', job: `j${number}` });
    expect(view().past).toHaveLength(100);
    expect(view().past.at(-1)).toEqual({ kind: 'job', job: 'j148' });
  });
});

describe('forgetViews', () => {
  it('leaves a server that is gone and every step to it', () => {
    navigate(overview);
    navigate({ kind: 'settings' });
    navigate(shop);
    forgetViews((one) => 'server' in one && one.server === 's1');
    expect(view().view).toEqual({ kind: 'home' });
    goBack();
    expect(view().view).toEqual({ kind: 'settings' });
    expect(view().past).toEqual([{ kind: 'home' }]);
  });
});

describe('openDeploySheet', () => {
  it('proposes the app that is shown', () => {
    navigate(shop);
    openDeploySheet('/code/shop');
    expect(view().deploySheet).toEqual({ path: '/code/shop', server: 's1', app: 'shop' });
    closeDeploySheet();
    expect(view().deploySheet).toBeNull();
  });

  it('proposes the server alone on its page, and nothing at home', () => {
    openDeploySheet('/code/shop');
    expect(view().deploySheet).toEqual({ path: '/code/shop', server: undefined, app: undefined });
    navigate(overview);
    openDeploySheet('/code/blog');
    expect(view().deploySheet).toEqual({ path: '/code/blog', server: 's1', app: undefined });
  });

  it('does not carry the shown app to another server that was named', () => {
    navigate(shop);
    openDeploySheet('/code/shop', { server: 's2' });
    expect(view().deploySheet).toEqual({ path: '/code/shop', server: 's2', app: undefined });
  });
});
