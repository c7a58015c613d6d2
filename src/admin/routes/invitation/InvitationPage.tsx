import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { Entrance } from "../../shared/page/Entrance.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { ErrorState } from "../../shared/page/StateView.tsx";
import { zoneOf } from "../../shared/preferences.ts";
import { formatInstant } from "../../shared/time/format.ts";
import { useTexts } from "../../texts/texts.ts";
import { NewPasswordForm } from "./NewPasswordForm.tsx";
import { invitationQuery } from "./queries.ts";
import { invitationToken } from "./token.ts";

/** Whoever was invited chooses a password, once. */
export function InvitationPage() {
  const { signIn, shell } = useTexts();
  const words = signIn.invitation;
  const { preferences } = usePreferences();
  const token = invitationToken();
  const [isDone, setDone] = useState(false);
  const { data, error } = useQuery({ ...invitationQuery(token), enabled: token !== "" && !isDone });
  const isVoid = token === "" || (error instanceof ApiProblem && error.code === "INVITATION_VOID");
  const title = isDone ? words.done : isVoid ? words.void : words.title;
  useEffect(() => {
    document.title = `${title} · ${shell.productName}`;
  }, [title, shell.productName]);
  const toSignIn = (
    <p>
      <a href="/admin/sign-in">{words.toSignIn}</a>
    </p>
  );
  if (isDone || isVoid) {
    return (
      <Entrance title={title}>
        <p>{isDone ? words.doneWhy : words.voidWhy}</p>
        {toSignIn}
      </Entrance>
    );
  }
  if (error !== null) return <ErrorState error={error} />;
  return (
    <Entrance title={title}>
      {data === undefined ? (
        <p role="status">{shell.loading}</p>
      ) : (
        <>
          <p>{words.whose(data.email)}</p>
          <p className="meta">
            {words.until(
              formatInstant(data.expiresAt, {
                language: preferences.language,
                zone: zoneOf(preferences),
                seconds: false,
              }),
            )}
          </p>
          <NewPasswordForm token={token} email={data.email} onDone={() => setDone(true)} />
        </>
      )}
    </Entrance>
  );
}
