"""The Web API: every method that the app may call, with state behind it and Slack's own errors."""

from __future__ import annotations

from collections.abc import Callable

from standin.chat import Chat
from standin.conversations import Conversations
from standin.faults import Fault
from standin.files import Files
from standin.rates import Rates
from standin.scopes import needed
from standin.surfaces import Surfaces
from standin.workspace import APP, BOT, BOT_ID, TEAM, URL, Object, Workspace

BOT_TOKEN, APP_TOKEN = "xoxb-standin", "xapp-1-standin"
Method = Callable[[Object], Object]


class WebApi:
    """Answers calls. `faults` holds errors to give out next, by method."""

    def __init__(self, workspace: Workspace, surfaces: Surfaces, rates: Rates, chat: Chat) -> None:
        self._workspace, self._rates = workspace, rates
        self.scopes: set[str] | None = None
        self.revoked = False
        self.faults: dict[str, list[Fault]] = {}
        self.calls: list[tuple[str, Object]] = []
        talks, files = Conversations(workspace), Files(workspace, chat)
        self.files = files
        self._methods: dict[str, Method] = {
            "api.test": lambda args: {"args": args},
            "auth.test": self._auth_test,
            "bots.info": lambda args: {"bot": {"id": BOT_ID, "app_id": APP, "user_id": BOT}},
            "users.info": lambda args: {"user": workspace.user(args.get("user"))},
            "users.list": lambda args: {"members": list(workspace.users.values())},
            "users.lookupByEmail": self._by_email,
            "chat.postMessage": chat.post,
            "chat.update": chat.update,
            "chat.delete": chat.delete,
            "chat.postEphemeral": chat.whisper,
            "chat.getPermalink": chat.permalink,
            "chat.startStream": chat.streams.start,
            "chat.appendStream": chat.streams.append,
            "chat.stopStream": chat.streams.stop,
            "conversations.info": talks.info,
            "conversations.list": talks.list,
            "conversations.members": talks.members,
            "conversations.history": talks.history,
            "conversations.replies": talks.replies,
            "conversations.open": talks.open,
            "reactions.add": chat.react,
            "reactions.remove": chat.unreact,
            "files.getUploadURLExternal": files.place,
            "files.completeUploadExternal": files.complete,
            "files.info": files.info,
            "files.upload": lambda args: _raise(Fault("method_deprecated")),
            "views.open": lambda a: {"view": surfaces.open(a.get("trigger_id"), a.get("view"))},
            "views.push": lambda a: {
                "view": surfaces.open(a.get("trigger_id"), a.get("view"), True)
            },
            "views.update": lambda a: {
                "view": surfaces.update(
                    a.get("view_id"), a.get("external_id"), a.get("view"), a.get("hash")
                )
            },
            "views.publish": lambda a: {"view": surfaces.publish(a.get("user_id"), a.get("view"))},
            "assistant.threads.setStatus": self._status,
            "assistant.threads.setTitle": lambda args: {},
            "assistant.threads.setSuggestedPrompts": self._prompts,
        }

    def call(self, method: str, token: str | None, args: Object) -> Object:
        """The answer to a call. Raises Fault."""
        self.calls.append((method, args))
        if planned := self.faults.get(method):
            raise planned.pop(0)
        if method not in self._methods:
            raise Fault("unknown_method", req_method=method)
        if method != "api.test":
            self._allowed(method, token, args)
        self._rates.count(method, str(args.get("channel", "")))
        return {"ok": True, **self._methods[method](args)}

    def _allowed(self, method: str, token: str | None, args: Object) -> None:
        if not token:
            raise Fault("not_authed")
        if token != BOT_TOKEN:
            raise Fault("not_allowed_token_type" if token == APP_TOKEN else "invalid_auth")
        if self.revoked:
            raise Fault("token_revoked")
        scope = needed(method, self._workspace.channels.get(str(args.get("channel"))))
        if self.scopes is not None and scope and scope not in self.scopes:
            raise Fault("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def _auth_test(self, args: Object) -> Object:
        about = {"url": f"{URL}/", "team": "Stand-in", "user": "secondchair", "team_id": TEAM}
        return {**about, "user_id": BOT, "bot_id": BOT_ID, "is_enterprise_install": False}

    def _by_email(self, args: Object) -> Object:
        for user in self._workspace.users.values():
            if user["profile"]["email"] == args.get("email"):
                return {"user": user}
        raise Fault("users_not_found")

    def _status(self, args: Object) -> Object:
        channel = self._workspace.channel(args.get("channel_id"))
        self._workspace.statuses[channel["id"], str(args.get("thread_ts"))] = args.get("status", "")
        return {}

    def _prompts(self, args: Object) -> Object:
        channel = self._workspace.channel(args.get("channel_id"))
        prompts = args.get("prompts")
        if not isinstance(prompts, list) or not 0 < len(prompts) <= 4:
            raise Fault("invalid_arguments")
        self._workspace.prompts[channel["id"]] = {"title": args.get("title"), "prompts": prompts}
        return {}


def _raise(fault: Fault) -> Object:
    raise fault
