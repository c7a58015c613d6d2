import { lazy, Suspense } from "react";
import { boot, type Session } from "../../api/session.ts";
import { Choices } from "../../shared/page/Choices.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { useTexts } from "../../texts/texts.ts";
import { Sessions } from "./Sessions.tsx";
import classes from "./AccountPage.module.css";

/** What forms are made of comes behind what is read. */
const PasswordForm = lazy(async () => ({ default: (await import("./PasswordForm.tsx")).PasswordForm }));

export function AccountPage() {
  const { account, shell } = useTexts();
  const user = boot.session?.user;
  return (
    <div className={classes["page"]}>
      <PageHead title={shell.pages.account} />
      {user === undefined ? null : <Who user={user} />}
      <SectionHead title={account.looks} />
      <div className={classes["choices"]}>
        <Choices />
      </div>
      <Sessions />
      <SectionHead title={account.password.title} />
      <p className="second">{account.password.why}</p>
      <Suspense>
        <PasswordForm email={user?.email ?? ""} />
      </Suspense>
    </div>
  );
}

function Who({ user }: { readonly user: Session["user"] }) {
  const { account, people, shell } = useTexts();
  const { fields } = people;
  return (
    <>
      <Facts
        label={account.facts}
        facts={[
          [fields.firstName, <bdi key="value">{user.firstName}</bdi>],
          [fields.lastName, <bdi key="value">{user.lastName}</bdi>],
          [fields.email, <bdi key="value">{user.email}</bdi>],
          [fields.role, shell.roles[user.role]],
        ]}
      />
      <p className="meta">{account.changes}</p>
    </>
  );
}
