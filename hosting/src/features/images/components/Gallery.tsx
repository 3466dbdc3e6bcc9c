import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Menu, MenuItem } from '#components/ui/menu.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { cx } from '#lib/cx.ts';
import { saveBlob } from '#lib/save-file.ts';
import { contentQuery, deletePicture, filesQuery } from '../api/files.ts';
import { dimensions, formatName, isPicture, type StoredFile, size } from '../state/picture.ts';
import { Picture } from './Picture.tsx';

interface GalleryProps {
  uid: string;
  selected: string | undefined;
  onSelect: (file: StoredFile) => void;
  onEdit: (file: StoredFile) => void;
  onTransform: (file: StoredFile) => void;
  /** Takes a picture to the playground. */
  onUse: (name: string, content: Blob) => void;
}

/** The person's pictures, and what can be done with each. */
export function Gallery({ uid, selected, onSelect, onEdit, onTransform, onUse }: GalleryProps) {
  const list = useInfiniteQuery(filesQuery(uid));
  const client = useQueryClient();
  const [going, setGoing] = useState<StoredFile>();
  const pictures = list.data?.pages.flatMap(({ items }) => items).filter(isPicture) ?? [];
  const content = (file: StoredFile) => client.fetchQuery(contentQuery(uid, file.id));
  return (
    <section aria-labelledby="pictures" className="mt-8 border-t pt-5">
      <h2 id="pictures" className="mb-3 font-semibold">
        Your pictures
      </h2>
      {list.isError && (
        <LoadFailed what="Your pictures" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isPending && (
        <p role="status" className="text-mute">
          Loading your pictures…
        </p>
      )}
      {list.isSuccess && pictures.length === 0 && (
        <p className="text-mute">There are none yet: make one, or upload one.</p>
      )}
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
        {pictures.map((file) => (
          <li key={file.id} className="flex min-w-0 flex-col">
            <button
              type="button"
              aria-label={`Choose ${file.name}`}
              aria-pressed={file.id === selected}
              onClick={() => onSelect(file)}
              className={cx(
                'flex aspect-square items-center justify-center overflow-hidden rounded-md border',
                file.id === selected ? 'border-ink' : 'border-line hover:border-control',
              )}
            >
              <Picture file={file} className="max-h-full w-full object-contain" />
            </button>
            <div className="mt-1 flex items-start gap-1">
              <div className="min-w-0 flex-1">
                <p className="truncate" title={file.name}>
                  {file.name}
                </p>
                <p className="num truncate text-mute">
                  {[dimensions(file), formatName(file.mediaType), size(file.bytes)]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </div>
              <Menu
                trigger={
                  <IconButton label={`Actions for ${file.name}`}>
                    <EllipsisVertical size={16} />
                  </IconButton>
                }
              >
                <MenuItem onClick={() => onTransform(file)}>Transform</MenuItem>
                <MenuItem onClick={() => onEdit(file)}>Edit</MenuItem>
                <MenuItem onClick={() => void content(file).then((blob) => onUse(file.name, blob))}>
                  Use in the playground
                </MenuItem>
                <MenuItem onClick={() => void content(file).then((blob) => saveBlob(file.name, blob))}>
                  Download
                </MenuItem>
                <MenuItem onClick={() => setGoing(file)}>Delete</MenuItem>
              </Menu>
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </Button>
      )}
      {going !== undefined && <DeleteDialog file={going} onClose={() => setGoing(undefined)} />}
    </section>
  );
}

function DeleteDialog({ file, onClose }: { file: StoredFile; onClose: () => void }) {
  const client = useQueryClient();
  const work = useMutation({
    mutationFn: () => deletePicture(file.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['image-files'] });
      onClose();
    },
  });
  return (
    <Dialog title={`Delete ${file.name}?`} description="It is gone at once, for everyone." onClose={onClose}>
      {work.error !== null && (
        <Notice tone="failed" live className="mb-3">
          {toApiError(work.error).message}
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="danger" busy={work.isPending} onClick={() => work.mutate()}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
