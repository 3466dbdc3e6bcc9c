import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { Table, Th } from '#components/ui/table.tsx';
import type { StoredFile } from '#lib/api/types.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { filesQuery } from '../api/queries.ts';
import { DeleteDialog } from './DeleteDialog.tsx';
import { DropZone } from './DropZone.tsx';
import { FileDrawer } from './FileDrawer.tsx';
import { FileRow } from './FileRow.tsx';
import { QuotaMeter } from './QuotaMeter.tsx';
import { UploadButton } from './UploadButton.tsx';
import { UploadList } from './UploadList.tsx';
import { useUploads } from './use-uploads.ts';

export function Files() {
  const uid = useSessionUser()?.uid ?? '';
  const list = useInfiniteQuery(filesQuery(uid));
  const { uploads, add, dismiss } = useUploads(uid);
  const [open, setOpen] = useState<StoredFile>();
  const [deleting, setDeleting] = useState<StoredFile>();
  // What is on its way stands above, with its progress.
  const underWay = uploads.some(({ state }) => state !== 'failed');
  const files = (list.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ status }) => status === 'ready' || !underWay,
  );
  const input = useRef<HTMLInputElement>(null);
  const button = <UploadButton onOpen={() => input.current?.click()} />;
  const empty = list.isSuccess && files.length === 0 && uploads.length === 0;
  return (
    <DropZone onFiles={add}>
      {/* Stays while the button moves: what is chosen in an open picker would be lost with it. */}
      <input
        ref={input}
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to upload"
        className="sr-only"
        onChange={({ target }) => {
          add([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      <Page
        title="Files"
        description="Images, video, audio, PDF and text, for requests to models and for the tools beside. Drop files anywhere here."
        actions={empty ? undefined : button}
      >
        <QuotaMeter uid={uid} />
        {uploads.length > 0 && <UploadList uploads={uploads} onDismiss={dismiss} />}
        {list.isError && (
          <LoadFailed what="The files" error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.isPending && (
          <p role="status" className="text-mute">
            Loading the files…
          </p>
        )}
        {empty && (
          <Notice tone="idle">
            <p className="mb-2">No files yet: drop some here, or choose them.</p>
            {button}
          </Notice>
        )}
        {files.length > 0 && (
          <Table
            label="Files"
            busy={list.isFetching}
            head={
              <>
                <Th className="w-full sm:w-[36%]">Name</Th>
                <Th className="max-sm:hidden">Type</Th>
                <Th numeric>Size</Th>
                <Th className="max-lg:hidden">Source</Th>
                <Th className="max-md:hidden">Created</Th>
                <Th className="max-lg:hidden">Expires</Th>
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              </>
            }
          >
            {files.map((file) => (
              <FileRow
                key={file.id}
                file={file}
                onOpen={() => setOpen(file)}
                onDelete={() => setDeleting(file)}
              />
            ))}
          </Table>
        )}
        {list.hasNextPage && (
          <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        )}
      </Page>
      {open !== undefined && (
        <FileDrawer
          file={open}
          uid={uid}
          onClose={() => setOpen(undefined)}
          onDelete={() => {
            setDeleting(open);
            setOpen(undefined);
          }}
        />
      )}
      {deleting !== undefined && (
        <DeleteDialog
          file={deleting}
          uid={uid}
          onClose={() => setDeleting(undefined)}
          onDeleted={() => setDeleting(undefined)}
        />
      )}
    </DropZone>
  );
}
