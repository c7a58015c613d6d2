import { getRouteApi } from "@tanstack/react-router";
import { IconUsers } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { SecretDialog } from "../../shared/dialog/SecretDialog.tsx";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { say } from "../../shared/page/toasts.ts";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { scopeInWords } from "./access.ts";
import { userFilters } from "./filters.ts";
import { createUser, type Invitation, invite, type User, usersQuery } from "./queries.ts";
import { InvitationDialog } from "./InvitationDialog.tsx";
import { UserStatus } from "./UserStatus.tsx";

const route = getRouteApi("/shell/users");
/** A form is loaded when it is wanted. */
const UserDialog = lazy(async () => ({ default: (await import("./UserDialog.tsx")).UserDialog }));

export function UsersPage() {
  const texts = useTexts();
  const { people, shell } = texts;
  const search = route.useSearch();
  const filters = userFilters(texts);
  const [isNew, setNew] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const create = <CreateButton label={people.create} onClick={() => setNew(true)} />;
  return (
    <>
      <ListPage<User>
        name="users"
        title={shell.pages.users}
        actions={create}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={usersQuery(search, filters)}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: "/users/$id", params: { id } })}
        defaultSort="name"
        empty={
          <StateView icon={IconUsers} title={people.empty} action={create}>
            <p>{people.emptyWhy}</p>
          </StateView>
        }
      />
      {isNew ? (
        <Suspense>
          <UserDialog
            title={people.create}
            user={null}
            load={null}
            send={async (body, { intent }) => {
              const user = await createUser(body, intent);
              if (user.status === "INVITED") setInvitation(await invite(user.id));
              return user;
            }}
            onClose={() => setNew(false)}
            onDone={({ email }, made) => {
              say(people.created(email));
              setSecret(made);
            }}
          />
        </Suspense>
      ) : null}
      {invitation === null ? null : (
        <InvitationDialog invitation={invitation} onClose={() => setInvitation(null)} />
      )}
      {secret === null ? null : (
        <SecretDialog
          title={people.secret.title}
          why={people.secret.why}
          label={people.fields.password}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

function columns({ people, shell }: Texts): readonly Column<User>[] {
  const { fields } = people;
  return [
    {
      id: "firstName",
      header: fields.firstName,
      cell: ({ firstName }) => <bdi>{firstName}</bdi>,
      sort: { ascending: "name", descending: "-name" },
    },
    {
      id: "lastName",
      header: fields.lastName,
      cell: ({ lastName }) => <bdi>{lastName}</bdi>,
    },
    { id: "role", header: fields.role, cell: ({ role }) => shell.roles[role] },
    { id: "email", header: fields.email, cell: ({ email }) => <bdi>{email}</bdi> },
    { id: "status", header: fields.status, cell: ({ status }) => <UserStatus status={status} /> },
    { id: "scope", header: fields.scope, cell: ({ scope }) => scopeInWords(scope, people.scope) },
    {
      id: "lastSignIn",
      header: fields.lastSignInAt,
      cell: ({ lastSignInAt }) =>
        lastSignInAt === null ? people.never : <Time at={lastSignInAt} seconds={false} zoneName={false} />,
    },
    {
      id: "created",
      header: fields.createdAt,
      cell: ({ createdAt }) => <Time at={createdAt} seconds={false} zoneName={false} />,
      isExtra: true,
    },
    {
      id: "modified",
      header: fields.modifiedAt,
      cell: ({ modifiedAt }) => <Time at={modifiedAt} seconds={false} zoneName={false} />,
      sort: { ascending: "modifiedAt", descending: "-modifiedAt" },
      isExtra: true,
    },
  ];
}
