import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { Segments } from '#components/ui/segments.tsx';
import { providersQuery } from '#lib/api/providers.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { filesQuery } from '../api/files.ts';
import { START } from '../state/make.ts';
import { isPicture, type StoredFile } from '../state/picture.ts';
import type { ImagesSearch, Task } from '../state/search.ts';
import { Edit } from './Edit.tsx';
import { Gallery } from './Gallery.tsx';
import { Generate } from './Generate.tsx';
import { imageModels } from './MakeFields.tsx';
import { Transform } from './Transform.tsx';
import { Upload } from './Upload.tsx';

interface ImagesProps {
  search: ImagesSearch;
  onSearch: (search: ImagesSearch) => void;
  /** Takes a picture to the playground. */
  onUse: (name: string, content: Blob) => void;
}

const TASKS: readonly (readonly [Task, string])[] = [
  ['generate', 'Generate'],
  ['edit', 'Edit'],
  ['transform', 'Transform'],
];

/** Pictures: made by a model, edited by one, or changed without. */
export function Images({ search, onSearch, onUse }: ImagesProps) {
  const uid = useSessionUser()?.uid ?? '';
  const [made, setMade] = useState(START);
  const [edited, setEdited] = useState(START);
  const top = useRef<HTMLDivElement>(null);
  // A file that was just uploaded is not in the list yet.
  const [recent, setRecent] = useState<StoredFile>();
  const providers = useQuery(providersQuery(uid));
  const list = useInfiniteQuery(filesQuery(uid));
  const models = imageModels(providers.data);
  const { task = 'generate', file: id } = search;
  const known = [...(recent ? [recent] : []), ...(list.data?.pages.flatMap(({ items }) => items) ?? [])];
  const file = known.find((each) => each.id === id && isPicture(each));
  const open = (next: Task) => (chosen: StoredFile) => {
    setRecent(chosen);
    onSearch({ task: next, file: chosen.id });
    // The pictures stand below what is done with them.
    top.current?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Page
      title="Images"
      description="Made by a model, or changed without one. Each is kept as a file of yours."
      actions={<Upload onUploaded={open(task === 'generate' ? 'transform' : task)} />}
    >
      <div ref={top} className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segments
          label="What to do"
          value={task}
          options={TASKS}
          onChange={(next) => onSearch({ ...search, task: next })}
        />
        {task !== 'transform' && models.some(({ sandbox }) => sandbox) && (
          <p className="text-warn max-sm:text-label">
            Sandbox: no provider key is set; pictures are made up locally.
          </p>
        )}
      </div>
      {task === 'generate' && <Generate form={made} onForm={setMade} models={models} />}
      {task !== 'generate' && file === undefined && (
        <Notice tone="idle">
          {list.isPending ? 'Loading your pictures…' : 'Choose one of your pictures below, or upload one.'}
        </Notice>
      )}
      {task === 'edit' && file !== undefined && (
        <Edit key={file.id} file={file} form={edited} onForm={setEdited} models={models} />
      )}
      {task === 'transform' && file !== undefined && <Transform key={file.id} file={file} />}
      <Gallery
        uid={uid}
        selected={id}
        onSelect={open(task === 'generate' ? 'transform' : task)}
        onEdit={open('edit')}
        onTransform={open('transform')}
        onUse={onUse}
      />
    </Page>
  );
}
