import { Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { asOfNow } from "../../api/queryClient.ts";
import { boot } from "../../api/session.ts";
import { SecretDialog } from "../../shared/dialog/SecretDialog.tsx";
import { type Fact, Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { allMerchantsQuery } from "../merchants/queries.ts";
import { changeUser, type User, userQuery } from "./queries.ts";
import { UserActs } from "./UserActs.tsx";
import { UserStatus } from "./UserStatus.tsx";

const route = getRouteApi("/shell/users/$id");
/** A form is loaded when it is wanted. */
const UserDialog = lazy(async () => ({ default: (await import("./UserDialog.tsx")).UserDialog }));

export function UserPage() {
  const { people, shell } = useTexts();
  const { fields } = people;
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(userQuery(id));
  const { body: user } = data;
  const [dialog, setDialog] = useState<"edit" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const scope = useScope(user);
  const close = (): void => setDialog(null);
  const isOneself = boot.session?.user.id === id;
  return (
    <>
      <PageHead
        title={`${user.firstName} ${user.lastName}`}
        crumbs={[{ to: "/users", label: shell.pages.users }]}
        aside={isOneself ? <span className="second">{people.oneself}</span> : null}
        actions={
          <>
            <Button variant="default" onClick={() => setDialog("edit")}>
              {people.edit}
            </Button>
            <UserActs user={user} />
          </>
        }
      />
      <Facts
        label={people.facts}
        facts={[
          [fields.firstName, <bdi key="value">{user.firstName}</bdi>],
          [fields.lastName, <bdi key="value">{user.lastName}</bdi>],
          [fields.email, <bdi key="value">{user.email}</bdi>],
          [fields.role, shell.roles[user.role]],
          ...scope,
          [fields.status, <UserStatus key="value" status={user.status} />],
          ...(user.invitedUntil === null
            ? []
            : [[people.invitation.until, <Time key="value" at={user.invitedUntil} />] as const]),
          [
            fields.lastSignInAt,
            user.lastSignInAt === null ? people.never : <Time key="value" at={user.lastSignInAt} />,
          ],
          [fields.createdAt, <Time key="value" at={user.createdAt} />],
          [fields.modifiedAt, <Time key="value" at={user.modifiedAt} />],
          [fields.modifiedBy, <Who key="value" actor={user.modifiedBy} />],
          [fields.id, <code key="value">{id}</code>],
        ]}
      />
      {dialog === "edit" ? (
        <Suspense>
          <UserDialog
            title={people.editTitle(user.email)}
            user={data}
            load={async () => await asOfNow(userQuery(id))}
            send={async (body, writing) => await changeUser(id, body, writing)}
            onClose={close}
            onDone={({ email }, made) => {
              say(people.saved(email));
              setSecret(made);
            }}
          />
        </Suspense>
      ) : null}
      {secret === null ? null : (
        <SecretDialog
          title={people.secret.title}
          why={people.secret.why}
          label={fields.password}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

/** What the user is limited to, by name. */
function useScope({ scope: { icas, merchantIds, locationIds } }: User): readonly Fact[] {
  const { people } = useTexts();
  const { fields } = people;
  const merchants = useQuery({ ...allMerchantsQuery(), enabled: merchantIds.length > 0 });
  const locations = useQuery({ ...allLocationsQuery(), enabled: locationIds.length > 0 });
  const names = (
    ids: readonly string[],
    known: readonly { readonly id: string; readonly name: string }[] | undefined,
  ) => ids.map((one) => known?.find(({ id }) => id === one)?.name ?? one).join(", ");
  if (icas.length + merchantIds.length + locationIds.length === 0)
    return [[fields.scope, people.scope.everything]];
  const facts: readonly Fact[] = [
    [fields.icas, icas.join(", ")],
    [fields.merchantIds, <bdi key="value">{names(merchantIds, merchants.data)}</bdi>],
    [fields.locationIds, <bdi key="value">{names(locationIds, locations.data)}</bdi>],
  ];
  const filled = [icas, merchantIds, locationIds];
  return facts.filter((_, index) => (filled[index]?.length ?? 0) > 0);
}
