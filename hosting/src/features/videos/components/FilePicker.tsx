import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { filesQuery, MOST_UPLOADED, uploadFile } from '../api/files.ts';

interface FilePickerProps {
  label: string;
  kind: 'video' | 'image';
  /** Drawn where none is taken. */
  none: string;
  value: string;
  onChange: (fileId: string) => void;
}

/** One of the person's files, or one from their disk that becomes one. */
export function FilePicker({ label, kind, none, value, onChange }: FilePickerProps) {
  const uid = useSessionUser()?.uid ?? '';
  const client = useQueryClient();
  const { data: files = [] } = useQuery(filesQuery(uid, kind));
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const upload = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > MOST_UPLOADED) throw new Error('Over 25 MiB: upload it on the files page.');
      return uploadFile(file);
    },
    onSuccess: async (file) => {
      client.setQueryData(filesQuery(uid, kind).queryKey, (old = []) => [file, ...old]);
      await client.invalidateQueries({ queryKey: ['files'] });
      onChange(file.id);
    },
  });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label={label}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          options={[['', none], ...files.map(({ id: fileId, name }) => [fileId, name] as const)]}
          className="min-w-0 flex-1 basis-52"
        />
        <input
          ref={input}
          id={id}
          type="file"
          aria-label={`Upload a ${kind}`}
          accept={
            kind === 'video' ? 'video/mp4,video/webm,video/quicktime' : 'image/png,image/jpeg,image/webp'
          }
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = '';
            if (file) upload.mutate(file);
          }}
        />
        <Button busy={upload.isPending} onClick={() => input.current?.click()}>
          {upload.isPending ? 'Uploading…' : 'Upload…'}
        </Button>
      </div>
      {upload.isError && (
        <Notice tone="failed" live>
          {toApiError(upload.error).message}
        </Notice>
      )}
    </div>
  );
}
