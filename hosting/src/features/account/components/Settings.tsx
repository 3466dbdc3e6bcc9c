import { useTitle } from '#lib/use-title.ts';
import { Appearance } from './Appearance.tsx';
import { ChangePassword } from './ChangePassword.tsx';
import { Profile } from './Profile.tsx';
import { Sessions } from './Sessions.tsx';

export function Settings() {
  useTitle('Settings');
  return (
    <div className="h-full overflow-y-auto">
      <div className="max-w-180 px-4 py-6 sm:px-6">
        <h1 className="mb-4 text-title font-semibold">Settings</h1>
        <Profile />
        <Appearance />
        <ChangePassword />
        <Sessions />
      </div>
    </div>
  );
}
