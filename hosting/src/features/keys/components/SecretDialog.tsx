import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { INPUT } from '#components/ui/text-field.tsx';
import type { ApiKeySecret } from '#lib/api/types.ts';
import { cx } from '#lib/cx.ts';
import { HowToUse } from './HowToUse.tsx';

interface SecretDialogProps {
  secret: ApiKeySecret;
  onClose: () => void;
}

/** The key's text, this once. It asks before it closes, by whatever way, unless the key is said to be stored. */
export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  const [stored, setStored] = useState(false);
  const [asking, setAsking] = useState(false);
  useBlocker({
    disabled: stored,
    enableBeforeUnload: !stored,
    shouldBlockFn: () => {
      setAsking(true);
      return true;
    },
  });
  return (
    <Dialog
      title="Copy your key now"
      description="Firegate stores only a hash. You cannot see this secret again."
      holds
      wide
      onClose={() => (stored ? onClose() : setAsking(true))}
    >
      <div className="mb-3.5 flex items-start gap-2">
        <textarea
          aria-label="Key"
          readOnly
          rows={2}
          spellCheck={false}
          value={secret.key}
          onFocus={(event) => event.target.select()}
          className={cx(INPUT, 'num block h-auto! resize-none py-1 break-all')}
        />
        <CopyButton text={secret.key} label="Copy the key" />
      </div>
      <HowToUse apiKey={secret.apiKey} />
      <div className="mt-3.5 flex flex-wrap items-center justify-between gap-3">
        <Checkbox
          label="I have stored this key"
          checked={stored}
          onChange={(event) => {
            setStored(event.target.checked);
            setAsking(false);
          }}
        />
        <Button variant="primary" disabled={!stored} onClick={onClose}>
          Done
        </Button>
      </div>
      {asking && !stored && (
        <Notice tone="failed" live className="mt-3.5">
          <p className="mb-2">Closed now, this key is lost: nobody can show it again.</p>
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setAsking(false)}>Keep it open</Button>
            <Button variant="danger" onClick={onClose}>
              Close without storing
            </Button>
          </div>
        </Notice>
      )}
    </Dialog>
  );
}
