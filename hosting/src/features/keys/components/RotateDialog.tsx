import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { toApiError } from '#lib/api/errors.ts';
import type { ApiKey, ApiKeySecret } from '#lib/api/types.ts';
import { rotateKey } from '../api/rotate-key.ts';
import { GRACES } from '../state/key-form.ts';

interface RotateDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  onRotated: (secret: ApiKeySecret) => void;
}

export function RotateDialog({ apiKey, onClose, onRotated }: RotateDialogProps) {
  const [grace, setGrace] = useState('86400');
  const rotate = useMutation({
    mutationFn: () => rotateKey(apiKey.id, Number(grace)),
    onSuccess: onRotated,
  });
  return (
    <Dialog
      title={`Rotate ${apiKey.name}`}
      description="The key gets a new secret. Its id, budget and spend stay."
      onClose={onClose}
    >
      <div className="flex flex-col gap-4">
        <SelectField
          label="The old secret works on for"
          options={GRACES}
          value={grace}
          onChange={(event) => setGrace(event.target.value)}
        />
        {rotate.isError && (
          <Notice tone="failed" live>
            {toApiError(rotate.error).message}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate key
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
