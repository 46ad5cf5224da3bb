/**
 * Entry of the window: styles, stores that follow the main process, and the page. Everything it starts ends with the page.
 */
import './bridge/no-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/index.css';
import '@fontsource/jetbrains-mono/400.css';
import '@fontsource/jetbrains-mono/600.css';
import './styles/main.css';
import { App } from './app.tsx';
import { loadAppInfo } from './state/app-info.ts';
import { followCertificateJobs } from './state/certificates.ts';
import { followJobs } from './state/jobs.ts';
import { followPreferences, followSystemTheme, showTheme } from './state/preferences.ts';
import { followServers, leaveGoneServers, onServerGone } from './state/servers.ts';
import { closeTerminalsOf } from './state/terminals.ts';

followSystemTheme(matchMedia('(prefers-color-scheme: dark)'));
showTheme(document.documentElement);
followPreferences();
followServers();
leaveGoneServers();
onServerGone(closeTerminalsOf);
followJobs();
followCertificateJobs();
void loadAppInfo();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
