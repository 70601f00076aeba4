"""Evidence: cases, the items in them, what holds them, their chains of custody, checks, and bags to hand on."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from passerby.casework.case import Case, hold_document
from passerby.casework.casework import Casework, Item
from passerby.casework.chain import Link
from passerby.dates import format_date
from passerby.store.evidence import StoredCheck
from passerby.web.access import Custodian, Redactor, TheDesk
from passerby.web.api.case_documents import (
    CaseAnswer,
    CaseList,
    Chain,
    CheckAnswer,
    CheckList,
    Hold,
    ItemAnswer,
    ItemList,
    ItemPlaces,
    LeavingFiles,
    LinkAnswer,
    NewBag,
    NewHold,
    NewReader,
)
from passerby.web.api.curation import CollectionId
from passerby.web.api.documents import Job, JobList
from passerby.web.api.ranges import file_answer
from passerby.web.api.responses import FILE
from passerby.web.api.videos import Key, VideoId
from passerby.web.guard import DOCUMENT_POLICY

router = APIRouter(tags=["evidence"])

HexId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
UserName = Annotated[str, Path(max_length=64)]
POLICY = {"Content-Security-Policy": DOCUMENT_POLICY}


@router.get("/cases")
def list_cases(desk: TheDesk, caller: Redactor) -> CaseList:
    """The cases that the caller sees: an admin all, others those that they are named to."""
    return CaseList(cases=[_case(case) for case in desk.casework(caller).cases()])


@router.get("/cases/{case}")
def get_case(desk: TheDesk, caller: Redactor, case: CollectionId) -> CaseAnswer:
    """A case."""
    return _case(desk.casework(caller).one_case(case))


@router.get("/cases/{case}/items")
def list_case_items(desk: TheDesk, caller: Redactor, case: CollectionId) -> ItemList:
    """The items of a case, in the order in which they were taken."""
    return _items(desk.casework(caller), case)


@router.get("/cases/{case}/chain")
def get_case_chain(desk: TheDesk, caller: Redactor, case: CollectionId) -> Chain:
    """What was done with a case as a whole."""
    return _chain(desk.casework(caller).chain(case=case))


@router.post("/cases/{case}/users", status_code=201)
def admit_to_case(desk: TheDesk, caller: Custodian, case: CollectionId, body: NewReader) -> CaseAnswer:
    """Let a user see a case."""
    desk.casework(caller).admit(case, body.name)
    return _case(desk.casework(caller).one_case(case))


@router.delete("/cases/{case}/users/{user}", status_code=204)
def dismiss_from_case(desk: TheDesk, caller: Custodian, case: CollectionId, user: UserName) -> None:
    """Let a user see a case no more."""
    desk.casework(caller).dismiss(case, user)


@router.post("/cases/{case}/holds", status_code=201)
def hold_case(desk: TheDesk, caller: Custodian, case: CollectionId, body: NewHold) -> CaseAnswer:
    """Hold a case: nothing that is in it, or comes to it, can be forgotten."""
    desk.casework(caller).hold(body.reason, case=case)
    return _case(desk.casework(caller).one_case(case))


@router.get("/cases/{case}/preview")
def preview_bag(desk: TheDesk, caller: Custodian, case: CollectionId, sealed: bool = False) -> LeavingFiles:
    """What would leave with the bag of a case, file by file. Nothing leaves."""
    return LeavingFiles.model_validate(desk.preview_bag(caller, case, sealed=sealed).document())


@router.get("/cases/{case}/report", response_class=HTMLResponse)
def get_case_report(desk: TheDesk, caller: Redactor, case: CollectionId) -> HTMLResponse:
    """A case as a document to print."""
    return HTMLResponse(desk.casework(caller).report(case=case), headers=POLICY)


@router.get("/cases/{case}/bags")
def list_bags(desk: TheDesk, caller: Custodian, case: CollectionId) -> JobList:
    """The newest jobs that write bags of a case."""
    return JobList(jobs=[Job(**job) for job in desk.jobs.bags(desk.casework(caller).case(case))], next=None)


@router.post("/cases/{case}/bags", status_code=202)
def export_case(desk: TheDesk, caller: Custodian, case: CollectionId, body: NewBag, key: Key = "") -> Job:
    """Write a case as a bag that others can verify without Passerby."""
    return Job(**desk.ask_bag(caller, desk.casework(caller).case(case), sealed=body.sealed, key=key))


@router.get("/cases/{case}/bags/{job}", response_class=Response, responses=FILE)
def get_bag(request: Request, desk: TheDesk, caller: Custodian, case: CollectionId, job: HexId) -> Response:
    """A bag that was written, as a ZIP; kept until the server is started anew."""
    path = desk.jobs.bag(caller, desk.casework(caller).case(case), job)
    return file_answer(request.headers, path, "application/zip", f"bag-{job[:8]}.zip", kept=False)


@router.delete("/holds/{hold}", status_code=204)
def lift_hold(desk: TheDesk, caller: Custodian, hold: HexId) -> None:
    """End a hold."""
    desk.casework(caller).lift(hold)


@router.get("/items")
def list_items(desk: TheDesk, caller: Redactor) -> ItemList:
    """The items of evidence that the caller sees."""
    return _items(desk.casework(caller))


@router.get("/items/{video}")
def get_item(desk: TheDesk, caller: Redactor, video: VideoId) -> ItemPlaces:
    """An item: what was noted of it, its cases, and what holds it."""
    casework = desk.casework(caller)
    item = casework.item(video)
    checks = casework.checks(video)
    return ItemPlaces(
        **_item(item, checks[0] if checks else None).model_dump(),
        cases=[_case(case) for case in casework.cases_of(video)],
        holds=[Hold(**hold_document(hold)) for hold in casework.holds(item.video)],
    )


@router.get("/items/{video}/chain")
def get_item_chain(desk: TheDesk, caller: Redactor, video: VideoId) -> Chain:
    """The chain of custody of an item: who did what with it, and how the clock was."""
    return _chain(desk.casework(caller).chain(video=video))


@router.post("/items/{video}/holds", status_code=201)
def hold_item(desk: TheDesk, caller: Custodian, video: VideoId, body: NewHold) -> ItemPlaces:
    """Hold an item: it cannot be forgotten."""
    desk.casework(caller).hold(body.reason, video=desk.casework(caller).item(video).video)
    return get_item(desk, caller, video)


@router.get("/items/{video}/checks")
def list_checks(desk: TheDesk, caller: Redactor, video: VideoId) -> CheckList:
    """All checks of an item."""
    return CheckList(checks=[_check(check) for check in desk.casework(caller).checks(video)])


@router.post("/items/{video}/checks", status_code=202)
def check_item(desk: TheDesk, caller: Custodian, video: VideoId, key: Key = "") -> Job:
    """Read an item again and compare it; the job fails where it is not what was taken."""
    return Job(**desk.jobs.ask_check(caller, desk.casework(caller).item(video).video, key))


@router.get("/items/{video}/report", response_class=HTMLResponse)
def get_item_report(desk: TheDesk, caller: Redactor, video: VideoId) -> HTMLResponse:
    """An item as a document to print."""
    return HTMLResponse(desk.casework(caller).report(video=video), headers=POLICY)


def _case(case: Case) -> CaseAnswer:
    return CaseAnswer.model_validate(case.document())


def _items(casework: Casework, case: str = "") -> ItemList:
    found, checks = casework.items(case), casework.last_checks()
    return ItemList(items=[_item(item, checks.get(item.video)) for item in found])


def _item(item: Item, check: StoredCheck | None) -> ItemAnswer:
    return ItemAnswer.model_validate({**item.document(), "last_check": None if check is None else _check(check)})


def _check(check: StoredCheck) -> CheckAnswer:
    return CheckAnswer(
        time=format_date(int(check.time)),
        clock=check.clock,
        by=check.user,
        sound=not check.faults,
        faults=list(check.faults),
    )


def _chain(links: tuple[Link, ...]) -> Chain:
    return Chain(links=[LinkAnswer.model_validate(link.document()) for link in links])
