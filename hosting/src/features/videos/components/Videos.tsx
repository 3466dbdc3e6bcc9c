import { Page } from '#components/ui/page.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { GenerateForm } from './GenerateForm.tsx';
import { JobList } from './JobList.tsx';
import { OperationForm } from './OperationForm.tsx';

/** Videos: what can be done with them and made, and the jobs that do it. */
export function Videos() {
  return (
    <Page title="Videos" description="Work that goes on by itself; what it makes is kept with your files.">
      <Tabs
        label="What to do"
        tabs={[
          { name: 'Work on a video', content: <OperationForm /> },
          { name: 'Make a video', content: <GenerateForm /> },
        ]}
      />
      <h2 className="mt-8 mb-2 font-semibold">Jobs</h2>
      <JobList />
    </Page>
  );
}
