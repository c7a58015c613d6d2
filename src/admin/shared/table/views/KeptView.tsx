import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Role, ROLES } from "../../../../domain/user/access.ts";
import { mayShareViews, type ShownView } from "../../../../domain/user/preferences.ts";
import { boot } from "../../../api/session.ts";
import { useTexts } from "../../../texts/texts.ts";
import { Check } from "../../form/Check.tsx";
import { keptSearch } from "./chosenView.ts";
import { ViewNameForm } from "./ViewNameForm.tsx";
import classes from "./Views.module.css";

type Editing = "name" | "sharing";

/** One of one's own views: it is opened, renamed, replaced, shared and deleted here. */
export function KeptView({
  view,
  onOpen,
  onChange,
  onReplace,
  onDelete,
}: {
  readonly view: ShownView;
  readonly onOpen: () => void;
  readonly onChange: (changed: ShownView) => Promise<void>;
  readonly onReplace: () => void;
  readonly onDelete: () => void;
}) {
  const { tables, shell } = useTexts();
  const { views: words } = tables;
  const [editing, setEditing] = useState<Editing | null>(null);
  const { name, sharedWith } = view;
  const role = boot.session?.user.role;
  const maySharing = role !== undefined && mayShareViews(role);
  if (editing === "name") {
    return (
      <ViewNameForm
        label={words.name}
        name={name}
        verb={words.rename}
        send={async (next) => {
          await onChange({ ...view, name: next });
          setEditing(null);
        }}
      />
    );
  }
  const acts: readonly (readonly [verb: string, act: () => void])[] = [
    [words.rename, () => setEditing("name")],
    [words.replace, onReplace],
    ...(maySharing
      ? [[words.share, () => setEditing(editing === "sharing" ? null : "sharing")] as const]
      : []),
    [words.remove, onDelete],
  ];
  return (
    <>
      <span>
        <Link to="." search={keptSearch(view)} onClick={onOpen}>
          <bdi>{name}</bdi>
        </Link>
        {sharedWith.length === 0 ? null : (
          <span className="meta">
            {" "}
            {words.sharedWith(sharedWith.map((one) => shell.roles[one]).join(", "))}
          </span>
        )}
      </span>
      <span className={classes["acts"]}>
        {acts.map(([verb, act]) => (
          <Button
            key={verb}
            size="compact-sm"
            variant="subtle"
            aria-label={words.of(verb, name)}
            onClick={act}
          >
            {verb}
          </Button>
        ))}
      </span>
      {editing === "sharing" ? (
        <Sharing
          view={view}
          onShare={async (roles) => {
            await onChange({ ...view, sharedWith: roles });
            setEditing(null);
          }}
        />
      ) : null}
    </>
  );
}

function Sharing({
  view,
  onShare,
}: {
  readonly view: ShownView;
  readonly onShare: (roles: Role[]) => Promise<void>;
}) {
  const { tables, shell } = useTexts();
  const { views: words } = tables;
  const [roles, setRoles] = useState<readonly Role[]>(view.sharedWith);
  return (
    <fieldset className={classes["sharing"]}>
      <legend>{words.of(words.share, view.name)}</legend>
      <p className="meta">{words.shareWhy}</p>
      {ROLES.map((one) => (
        <Check
          key={one}
          label={shell.roles[one]}
          checked={roles.includes(one)}
          onChange={(checked) =>
            setRoles(ROLES.filter((other) => (other === one ? checked : roles.includes(other))))
          }
        />
      ))}
      <Button variant="default" onClick={() => void onShare([...roles])}>
        {words.saveChanges}
      </Button>
    </fieldset>
  );
}
