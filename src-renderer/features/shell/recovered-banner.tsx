import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAppInfo } from '../../state/app-info.ts';
import { Button } from '../../ui/index.ts';

/** Says at start what the settings store had to repair. Stays until it was read; the settings page keeps it after that. */
export function RecoveredBanner(): ReactNode {
  const { info, recoveredSeen } = useAppInfo();
  if (!info || info.recovered.length === 0 || recoveredSeen) return null;
  return (
    <div role="status" className="flex min-h-9.5 flex-none items-start gap-2 bg-warn-soft px-5 py-1.5 text-12">
      <History aria-hidden size={16} className="mt-1 flex-none text-warn" />
      <div className="selectable min-w-0 flex-1 py-0.5">
        {info.recovered.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <Button size="sm" onClick={() => useAppInfo.setState({ recoveredSeen: true })}>
        I have read it
      </Button>
    </div>
  );
}
