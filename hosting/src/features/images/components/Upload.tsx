import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ImageUp } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { uploadPicture } from '../api/files.ts';
import type { StoredFile } from '../state/picture.ts';

/** Puts a picture of this device into the store. */
export function Upload({ onUploaded }: { onUploaded: (file: StoredFile) => void }) {
  const chooser = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const work = useMutation({
    mutationFn: uploadPicture,
    onSuccess: async (file) => {
      await client.invalidateQueries({ queryKey: ['image-files'] });
      onUploaded(file);
    },
  });
  return (
    <>
      {work.error !== null && (
        <p role="alert" className="self-center text-bad">
          {toApiError(work.error).message}
        </p>
      )}
      <input
        ref={chooser}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
        aria-label="Picture file"
        className="hidden"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) work.mutate(file);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
      <Button busy={work.isPending} onClick={() => chooser.current?.click()}>
        <ImageUp size={16} />
        {work.isPending ? 'Uploading…' : 'Upload'}
      </Button>
    </>
  );
}
