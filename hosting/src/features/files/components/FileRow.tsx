import { Ellipsis } from 'lucide-react';
import { IconButton } from '#components/ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '#components/ui/menu.tsx';
import { ROW, Td } from '#components/ui/table.tsx';
import type { StoredFile } from '#lib/api/types.ts';
import { size } from '#lib/format.ts';
import { ago, moment, span } from '#lib/time.ts';
import { keepFile } from '../api/download-url.ts';
import { kindOf } from '../state/describe.ts';

interface FileRowProps {
  file: StoredFile;
  onOpen: () => void;
  onDelete: () => void;
}

const SOURCES = { upload: 'Uploaded', generated: 'Generated', derived: 'Derived' } as const;

export function FileRow({ file, onOpen, onDelete }: FileRowProps) {
  const now = Date.now();
  const pending = file.status === 'pending';
  return (
    <tr className={ROW}>
      <Td className="max-w-0 sm:max-w-64">
        <div data-state={pending ? 'idle' : 'done'} className="rail min-w-0 pl-2.5">
          {pending ? (
            <span className="block truncate text-mute" title={file.name}>
              {file.name}
            </span>
          ) : (
            <button
              type="button"
              onClick={onOpen}
              title={file.name}
              className="block max-w-full truncate text-left font-medium hocus:underline"
            >
              {file.name}
            </button>
          )}
          <span className="block text-mute sm:hidden">
            {pending ? 'Not complete' : kindOf(file.mediaType)}
          </span>
        </div>
      </Td>
      <Td className="whitespace-nowrap max-sm:hidden">
        {pending ? <span className="text-mute">Not complete</span> : kindOf(file.mediaType)}
      </Td>
      <Td numeric>{size(file.bytes)}</Td>
      <Td className="max-lg:hidden">{SOURCES[file.source]}</Td>
      <Td className="num whitespace-nowrap max-md:hidden">
        <time dateTime={file.createdAt} title={moment(file.createdAt)}>
          {ago(file.createdAt, now)}
        </time>
      </Td>
      <Td className="num whitespace-nowrap max-lg:hidden">
        {file.expiresAt === undefined ? (
          <span className="text-mute">never</span>
        ) : (
          <time dateTime={file.expiresAt} title={moment(file.expiresAt)}>
            in {span(Math.max(0, (Date.parse(file.expiresAt) - now) / 1000))}
          </time>
        )}
      </Td>
      <Td className="w-10 py-0!">
        <div className="flex justify-end">
          <Menu
            trigger={
              <IconButton label={`Actions for ${file.name}`}>
                <Ellipsis size={16} />
              </IconButton>
            }
          >
            {!pending && (
              <>
                <MenuItem onClick={onOpen}>Preview</MenuItem>
                <MenuItem onClick={() => void keepFile(file.id)}>Download</MenuItem>
              </>
            )}
            <MenuItem onClick={() => void navigator.clipboard.writeText(file.id)}>Copy id</MenuItem>
            <MenuSeparator />
            <MenuItem onClick={onDelete}>
              <span className="text-bad">Delete</span>
            </MenuItem>
          </Menu>
        </div>
      </Td>
    </tr>
  );
}
