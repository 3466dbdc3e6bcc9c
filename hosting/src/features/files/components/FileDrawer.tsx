import { useMutation, useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Drawer } from '#components/ui/drawer.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';
import type { StoredFile } from '#lib/api/types.ts';
import { size } from '#lib/format.ts';
import { moment } from '#lib/time.ts';
import { keepFile } from '../api/download-url.ts';
import { previewQuery } from '../api/preview.ts';
import { extent, kindOf } from '../state/describe.ts';

interface FileDrawerProps {
  file: StoredFile;
  uid: string;
  onClose: () => void;
  onDelete: () => void;
}

export function FileDrawer({ file, uid, onClose, onDelete }: FileDrawerProps) {
  const preview = useQuery(previewQuery(uid, file));
  const keep = useMutation({ mutationFn: () => keepFile(file.id) });
  return (
    <Drawer title={file.name} onClose={onClose}>
      {preview.isError && (
        <LoadFailed what="The preview" error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {preview.isPending && (
        <p role="status" className="text-mute">
          Loading the preview…
        </p>
      )}
      {preview.data !== undefined && <Shown file={file} preview={preview.data} />}
      {keep.isError && (
        <Notice tone="failed" live className="mb-4">
          {toApiError(keep.error).message}
        </Notice>
      )}
      <div className="my-4 flex flex-wrap gap-2">
        <Button variant="primary" busy={keep.isPending} onClick={() => keep.mutate()}>
          <Download size={16} />
          Download
        </Button>
        <CopyButton text={file.id} label="Copy the id" />
        <Button variant="danger" onClick={onDelete}>
          Delete
        </Button>
      </div>
      <dl>
        <Fact name="Id">{file.id}</Fact>
        <Fact name="Type">
          {kindOf(file.mediaType)} ({file.mediaType})
        </Fact>
        <Fact name="Size">
          {size(file.bytes)}
          {extent(file) !== undefined && `, ${extent(file)}`}
        </Fact>
        <Fact name="Created">{moment(file.createdAt)}</Fact>
        <Fact name="Expires">{file.expiresAt === undefined ? 'never' : moment(file.expiresAt)}</Fact>
        <Fact name="SHA-256">{file.sha256}</Fact>
      </dl>
    </Drawer>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6rem_1fr] gap-2 border-b py-1.5">
      <dt className="text-mute">{name}</dt>
      <dd className="num min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function Shown({ file, preview }: { file: StoredFile; preview: import('../api/preview.ts').Preview }) {
  switch (preview.kind) {
    case 'image':
      return (
        <img
          src={preview.url}
          alt={file.name}
          className="max-h-80 max-w-full border bg-ground object-contain"
        />
      );
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: what a user has uploaded has none.
        <video
          src={preview.url}
          controls
          aria-label={file.name}
          className="max-h-80 w-full border bg-ground"
        />
      );
    case 'audio':
      return (
        // biome-ignore lint/a11y/useMediaCaption: what a user has uploaded has none.
        <audio src={preview.url} controls aria-label={file.name} className="w-full" />
      );
    case 'text':
      return (
        <section
          aria-label={`The text of ${file.name}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard.
          tabIndex={0}
          className="max-h-80 overflow-auto border bg-ground p-2"
        >
          <pre className="num whitespace-pre-wrap [overflow-wrap:anywhere]">{preview.text}</pre>
          {preview.cut && <p className="text-mute">The rest is in the download.</p>}
        </section>
      );
    case 'none':
      return <p className="text-mute">There is no preview of this type.</p>;
  }
}
