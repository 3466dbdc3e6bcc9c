import { useMutation } from '@tanstack/react-query';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';
import type { ApiKey } from '#lib/api/types.ts';
import { revokeKey } from '../api/revoke-key.ts';

interface RevokeDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  onRevoked: () => void;
}

export function RevokeDialog({ apiKey, onClose, onRevoked }: RevokeDialogProps) {
  const revoke = useMutation({ mutationFn: () => revokeKey(apiKey.id), onSuccess: onRevoked });
  return (
    <Dialog
      title={`Revoke ${apiKey.name}?`}
      description="It is refused from the next request on, everywhere and for good. Answers under way end by themselves."
      onClose={onClose}
    >
      {revoke.isError && (
        <Notice tone="failed" live className="mb-4">
          {toApiError(revoke.error).message}
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke key
        </Button>
      </div>
    </Dialog>
  );
}
