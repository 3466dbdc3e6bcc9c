import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';
import type { StoredFile } from '#lib/api/types.ts';
import { deleteFile } from '../api/delete-file.ts';

interface DeleteDialogProps {
  file: StoredFile;
  uid: string;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDialog({ file, uid, onClose, onDeleted }: DeleteDialogProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteFile(file.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['files', uid] });
      void client.invalidateQueries({ queryKey: ['file-quota', uid] });
      onDeleted();
    },
  });
  return (
    <Dialog
      title={`Delete ${file.name}?`}
      description="It is gone for good, its content as well. Requests that name it fail."
      onClose={onClose}
    >
      {remove.isError && (
        <Notice tone="failed" live className="mb-4">
          {toApiError(remove.error).message}
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete file
        </Button>
      </div>
    </Dialog>
  );
}
