import { Link } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { IconButton } from '#components/ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '#components/ui/menu.tsx';
import { ROW, Td } from '#components/ui/table.tsx';
import type { ApiKey } from '#lib/api/types.ts';
import { cx } from '#lib/cx.ts';
import { cost } from '#lib/format.ts';
import { amount, spend } from '#lib/money.ts';
import { ago, moment } from '#lib/time.ts';
import { keyState } from '../state/key-state.ts';
import { shownPeriod } from '../state/spend-since.ts';
import type { KeyDialog } from './KeyDialogs.tsx';

interface KeyRowProps {
  apiKey: ApiKey;
  spent: string | undefined;
  onOpen: (dialog: KeyDialog) => void;
}

export function KeyRow({ apiKey, spent, onOpen }: KeyRowProps) {
  const now = Date.now();
  const state = keyState(apiKey, spent, now);
  return (
    <tr className={ROW}>
      <Td className="max-w-0 sm:max-w-64">
        <div data-state={state.rail} className="rail min-w-0 pl-2.5">
          <Link
            to="/keys/$id"
            params={{ id: apiKey.id }}
            title={apiKey.name}
            className="block truncate font-medium hocus:underline"
          >
            {apiKey.name}
          </Link>
          <span className={cx('block sm:hidden', state.colour)}>{state.words}</span>
        </div>
      </Td>
      <Td className="num max-md:hidden">{apiKey.prefix}</Td>
      <Td numeric title={spent === undefined ? undefined : `${cost(spent)} exactly`}>
        {spent === undefined ? <span className="text-mute">–</span> : spend(spent)}
        {apiKey.budget !== undefined && <span className="text-mute"> / {amount(apiKey.budget.usd)}</span>}
        <span className="inline-block w-12 pl-1.5 text-left text-mute max-sm:hidden">
          {shownPeriod(apiKey)}
        </span>
      </Td>
      <Td className="num whitespace-nowrap max-lg:hidden">
        {apiKey.lastUsedAt === undefined ? (
          <span className="text-mute">never</span>
        ) : (
          <time dateTime={apiKey.lastUsedAt} title={moment(apiKey.lastUsedAt)}>
            {ago(apiKey.lastUsedAt, now)}
          </time>
        )}
      </Td>
      <Td className={cx('whitespace-nowrap max-sm:hidden', state.colour)}>{state.words}</Td>
      <Td className="w-10 py-0!">
        <div className="flex justify-end">
          <Menu
            trigger={
              <IconButton label={`Actions for ${apiKey.name}`}>
                <Ellipsis size={16} />
              </IconButton>
            }
          >
            <KeyActions apiKey={apiKey} onOpen={onOpen} />
          </Menu>
        </div>
      </Td>
    </tr>
  );
}

function KeyActions({ apiKey, onOpen }: Pick<KeyRowProps, 'apiKey' | 'onOpen'>) {
  if (apiKey.status !== 'active') {
    return <p className="px-3 py-1.5 text-mute">This key has ended: nothing can be done with it.</p>;
  }
  return (
    <>
      <MenuItem onClick={() => onOpen({ kind: 'edit', key: apiKey })}>Edit</MenuItem>
      <MenuItem onClick={() => onOpen({ kind: 'rotate', key: apiKey })}>Rotate</MenuItem>
      <MenuSeparator />
      <MenuItem onClick={() => onOpen({ kind: 'revoke', key: apiKey })}>
        <span className="text-bad">Revoke</span>
      </MenuItem>
    </>
  );
}
