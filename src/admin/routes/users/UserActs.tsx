import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { boot } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { InvitationDialog } from "./InvitationDialog.tsx";
import { deleteUser, endSessions, type Invitation, invite, setDisabled, type User } from "./queries.ts";

type Act = "invite" | "endSessions" | "disable" | "enable" | "delete";

/** What can be done to a user, each with what comes of it. Nobody is offered to shut oneself out. */
export function UserActs({ user }: { readonly user: User }) {
  const { people } = useTexts();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Act | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const { id, email, status } = user;
  const isOneself = boot.session?.user.id === id;
  const acts: readonly Act[] = isOneself
    ? []
    : [
        ...(status === "DISABLED" ? [] : (["invite", "endSessions", "disable"] as const)),
        ...(status === "DISABLED" ? (["enable"] as const) : []),
        "delete",
      ];
  const words: Readonly<Record<Act, { readonly open: string; readonly verb: string; readonly why: string }>> =
    {
      invite: {
        open: people.invitation.make,
        verb: people.invitation.verb,
        why: people.invitation.makeWhy,
      },
      endSessions: { open: people.endSessions, verb: people.endSessions, why: people.endSessionsWhy },
      disable: { open: people.disable, verb: people.disable, why: people.disableWhy },
      enable: { open: people.enable, verb: people.enable, why: people.enableWhy },
      delete: { open: people.remove, verb: people.remove, why: people.removeWhy },
    };
  const does: Readonly<Record<Act, (intent: string) => Promise<void>>> = {
    invite: async () => setInvitation(await invite(id)),
    endSessions: async () => await endSessions(id),
    disable: async (intent) => await setDisabled(id, true, intent),
    enable: async (intent) => await setDisabled(id, false, intent),
    delete: async (intent) => await deleteUser(id, intent),
  };
  const done: Readonly<Record<Act, string>> = {
    invite: people.invitation.made(email),
    endSessions: people.sessionsEnded(email),
    disable: people.disabled(email),
    enable: people.enabled(email),
    delete: people.removed(email),
  };
  const leave = async (): Promise<void> => await navigate({ to: "/users" });
  return (
    <>
      {acts.map((act) => (
        <Button key={act} variant="default" onClick={() => setAsked(act)}>
          {words[act].open}
        </Button>
      ))}
      {asked === null ? null : (
        <ConfirmDialog
          title={words[asked].open}
          verb={words[asked].verb}
          act={does[asked]}
          done={done[asked]}
          isDangerous={asked === "delete" || asked === "disable"}
          onClose={() => setAsked(null)}
          {...(asked === "delete" ? { onDone: leave } : {})}
        >
          <Named email={email}>{words[asked].why}</Named>
        </ConfirmDialog>
      )}
      {invitation === null ? null : (
        <InvitationDialog invitation={invitation} onClose={() => setInvitation(null)} />
      )}
    </>
  );
}

function Named({ email, children }: { readonly email: string; readonly children: ReactNode }) {
  return (
    <>
      <p>
        <strong>
          <bdi>{email}</bdi>
        </strong>
      </p>
      <p>{children}</p>
    </>
  );
}
