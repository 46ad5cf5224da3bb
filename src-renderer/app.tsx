/** The window: side bar, the view that is shown, and the overlays above both. Decides only what goes where. */
import type { ReactNode } from 'react';
import { AppPage } from './features/apps/app-page.tsx';
import { CertificateDialogs } from './features/certificates/certificate-dialogs.tsx';
import { DeploySheet } from './features/deploy/deploy-sheet.tsx';
import { JobPage } from './features/deploy/job-page.tsx';
import { Palette } from './features/palette/palette.tsx';
import { PortDialogs } from './features/ports/port-dialogs.tsx';
import { RouteDialogs } from './features/routes/route-dialogs.tsx';
import { AddServerDialog } from './features/servers/add-server-dialog.tsx';
import { EditServerDialog } from './features/servers/edit-server-dialog.tsx';
import { HomePage } from './features/servers/home-page.tsx';
import { ServerPage } from './features/servers/server-page.tsx';
import { SettingsPage } from './features/settings/settings-page.tsx';
import { ChoosePathDialog } from './features/shell/choose-path-dialog.tsx';
import { ConnectionBanner } from './features/shell/connection-banner.tsx';
import { DropZone } from './features/shell/drop-zone.tsx';
import { ErrorBoundary } from './features/shell/error-boundary.tsx';
import { RecoveredBanner } from './features/shell/recovered-banner.tsx';
import { ShortcutsDialog } from './features/shell/shortcuts-dialog.tsx';
import { Sidebar } from './features/shell/sidebar.tsx';
import { useShortcuts } from './features/shell/use-shortcuts.ts';
import { useTheme } from './state/preferences.ts';
import { useView, type View } from './state/view.ts';
import { ConfirmHost, Toasts, TooltipProvider } from './ui/index.ts';

export function App(): ReactNode {
  const view = useView((state) => state.view);
  useShortcuts();
  return (
    <TooltipProvider>
      <div className="flex h-full">
        <Sidebar />
        <main className="flex min-w-0 flex-1 flex-col bg-surface">
          <RecoveredBanner />
          <ErrorBoundary resetKey={JSON.stringify(view)}>
            <Shown view={view} />
          </ErrorBoundary>
          <ConnectionBanner />
        </main>
      </div>
      <AddServerDialog />
      <EditServerDialog />
      <CertificateDialogs />
      <RouteDialogs />
      <PortDialogs />
      <DeploySheet />
      <ChoosePathDialog />
      <ShortcutsDialog />
      <Palette />
      <ConfirmHost />
      <DropZone />
      <Toasts theme={useTheme()} />
    </TooltipProvider>
  );
}

function Shown({ view }: { readonly view: View }): ReactNode {
  switch (view.kind) {
    case 'home':
      return <HomePage />;
    case 'server':
      return <ServerPage key={view.server} server={view.server} tab={view.tab} />;
    case 'settings':
      return <SettingsPage />;
    case 'app':
      return <AppPage key={`${view.server} ${view.app}`} server={view.server} app={view.app} tab={view.tab} />;
    case 'job':
      return <JobPage key={view.job} job={view.job} />;
  }
}
