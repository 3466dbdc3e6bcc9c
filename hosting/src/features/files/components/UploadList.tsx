import { X } from 'lucide-react';
import { Bar } from '#components/ui/bar.tsx';
import { IconButton } from '#components/ui/button.tsx';
import { cx } from '#lib/cx.ts';
import { size } from '#lib/format.ts';
import type { Upload } from './use-uploads.ts';

interface UploadListProps {
  uploads: readonly Upload[];
  onDismiss: (key: number) => void;
}

const WORDS = { waiting: 'Waiting', sending: 'Sending', checking: 'Checking', failed: 'Failed' } as const;

/** What is on its way, with how far it is. */
export function UploadList({ uploads, onDismiss }: UploadListProps) {
  return (
    <ul aria-label="Uploads" className="mb-5">
      {uploads.map((upload) => (
        <li
          key={upload.key}
          data-state={upload.state === 'failed' ? 'failed' : 'live'}
          className="rail flex items-center gap-3 border-b py-1.5 pl-2.5"
        >
          <div className="min-w-0 flex-1">
            <p className="flex justify-between gap-3">
              <span className="truncate font-medium" title={upload.name}>
                {upload.name}
              </span>
              <span className="num whitespace-nowrap text-mute">
                {size(upload.sent)} / {size(upload.bytes)}
              </span>
            </p>
            {upload.state === 'failed' ? (
              <p role="alert" className="text-bad">
                {upload.error}
              </p>
            ) : (
              <Bar
                label={`${upload.name} sent`}
                value={upload.bytes === 0 ? 1 : (upload.sent / upload.bytes) * 0.79}
              />
            )}
          </div>
          <span className={cx('w-18 max-sm:hidden', upload.state === 'failed' ? 'text-bad' : 'text-mute')}>
            {WORDS[upload.state]}
          </span>
          <IconButton
            label={`${upload.state === 'failed' ? 'Dismiss' : 'Cancel'} ${upload.name}`}
            onClick={() => onDismiss(upload.key)}
          >
            <X size={16} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
