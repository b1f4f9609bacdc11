"""Small files read by hand, where the mutation check found that broad tests leave room."""

import io
import json
import zipfile
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.inputs import archives, json_text
from hallucination_theory.inputs.archives import Archive, _at_most
from hallucination_theory.inputs.json_text import objects, parse, scalar, whole
from hallucination_theory.inputs.opened import lines, opened
from hallucination_theory.inputs.words import printable, shown
from hallucination_theory.logs.compare import MAX_DIGITS, _number, as_value, normalised
from hallucination_theory.logs.inspect_archive import _folder
from hallucination_theory.logs.inspect_files import (
    _answer,
    _planned,
    _stated,
    _verdict_of_dict,
    looks_like_inspect_json,
)
from hallucination_theory.logs.labels import (
    ReadOptions,
    _convention,
    _graded,
    _is_number,
    choose,
    kinds_of_labels,
)
from hallucination_theory.logs.lighteval_files import read_lighteval
from hallucination_theory.logs.lm_eval_files import (
    _kinds,
    _metric,
    _options,
    _value,
    read_lm_eval,
)
from hallucination_theory.logs.records import ABSTAIN, CORRECT, EMPTY, UNPARSED, WRONG
from theory.errors import InvalidInput


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def archive_of(path):
    return zipfile.ZipFile(path)


def test_folders_and_files_of_the_desktop_are_no_members(tmp_path):
    path = zipped(tmp_path / "a.eval", {"run/": "", "run/.DS_Store": "x", "run/a.json": "{}"})
    with opened(path) as source, archive_of(path) as file:
        assert Archive(source, file).names == ["run/a.json"]


def test_an_archive_of_too_many_files_is_refused(tmp_path, monkeypatch):
    path = zipped(tmp_path / "a.eval", {"a": "1", "b": "2", "c": "3"})
    with opened(path) as source, archive_of(path) as file:
        monkeypatch.setattr(archives, "MEMBERS", 3)
        assert len(Archive(source, file).names) == 3
        monkeypatch.setattr(archives, "MEMBERS", 2)
        with pytest.raises(InvalidInput, match="must be at most 2, got 3"):
            Archive(source, file)


def test_all_members_together_are_limited_by_the_larger_of_two(tmp_path, monkeypatch):
    """``RATIO`` times the archive, or ``RATIO_FROM`` if that is more."""
    path = zipped(tmp_path / "a.eval", {"a": "x" * 600, "b": "x" * 600})
    size = path.stat().st_size
    for ratio, least, both in ((0, 1200, True), (0, 1199, False), (1200 // size + 1, 0, True)):
        monkeypatch.setattr(archives, "RATIO", ratio)
        monkeypatch.setattr(archives, "RATIO_FROM", least)
        with opened(path) as source, archive_of(path) as file:
            members = Archive(source, file)
            assert members.read("a") == b"x" * 600
            if both:
                assert members.read("b") == b"x" * 600
            else:
                with pytest.raises(InvalidInput, match="times as large as the archive"):
                    members.read("b")


def test_one_member_is_limited_too(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "RECORD", 10)
    path = zipped(tmp_path / "a.eval", {"a": "x" * 10, "b": "x" * 11})
    with opened(path) as source, archive_of(path) as file:
        members = Archive(source, file)
        assert members.read("a") == b"x" * 10
        with pytest.raises(InvalidInput, match=r"b of .* must be at most"):
            members.read("b")


def test_a_member_is_read_to_its_limit_and_one_piece_beyond():
    piece = archives.PIECE
    assert len(_at_most(piece, io.BytesIO(b"x" * 5 * piece))) == 2 * piece
    assert len(_at_most(2 * piece, io.BytesIO(b"x" * piece))) == piece


def test_documents_beyond_a_mebibyte_are_weighed_before_they_are_parsed(monkeypatch):
    monkeypatch.setattr(json_text, "JSON_MEMORY", 10**6)
    assert parse(b'"x"', "here") == "x"
    with pytest.raises(InvalidInput, match="such that it fits"):
        parse(b'"' + b"x" * (1 << 20) + b'"', "here")


@pytest.mark.parametrize(
    ("text", "memory"), [(b'[{"a":1},2]', 22 + 72 + 72 + 120 + 40), ('["é"]'.encode(), 30 + 72)]
)
def test_what_a_document_weighs(text, memory, monkeypatch):
    """Two bytes a character (five beyond ASCII); 72 a bracket, 120 a colon, 40 a comma."""
    monkeypatch.setattr(json_text, "JSON_MEMORY", memory)
    json_text._check_size(text, "here")
    monkeypatch.setattr(json_text, "JSON_MEMORY", memory - 1)
    with pytest.raises(InvalidInput, match="such that it fits"):
        json_text._check_size(text, "here")


def test_whole_numbers_and_scalars_of_json():
    assert whole({"n": 10**9 - 1}, "n", "here") == 10**9 - 1
    assert whole({}, "n", "here") == 1
    for bad in (10**9, -1, 1.0, True, "1"):
        with pytest.raises(InvalidInput, match="n must be a whole number from 0"):
            whole({"n": bad}, "n", "here")
    assert (scalar(3, "a", "here"), scalar(None, "a", "here")) == ("3", None)
    for bad in ([1], {"a": 1}):
        with pytest.raises(InvalidInput, match="a must be text or a number"):
            scalar(bad, "a", "here")


def test_the_first_object_is_data_row_1(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n')
    with opened(path) as source:
        places = [where for where, _ in objects(source)]
    assert [place.split(" of ")[0] for place in places] == [
        "data row 1 (line 1)",
        "data row 2 (line 2)",
    ]


def test_a_line_longer_than_a_record_is_refused(tmp_path, monkeypatch):
    from hallucination_theory.inputs import opened as module

    monkeypatch.setattr(module, "RECORD", 8)
    path = tmp_path / "a.jsonl"
    path.write_text("1234567\n")
    with opened(path) as source:
        assert list(lines(source)) == [(1, b"1234567\n")]
    path.write_text("12345678\n")
    with opened(path) as source, pytest.raises(InvalidInput, match="at most"):
        list(lines(source))


def test_long_words_keep_their_beginning_and_end():
    """Exactly as many characters as asked for; up to then as they are."""
    assert shown("x" * 20, width=20) == "x" * 20
    assert shown("a" * 15 + "b" * 15, width=20) == "a" * 9 + " ... " + "b" * 6
    assert len(printable("x" * 5000)) == 1000
    assert len(printable("x" * 1000)) == 1000


def test_numbers_of_many_digits_are_text():
    assert _number("1" * MAX_DIGITS) == int("1" * MAX_DIGITS)
    assert _number("1" * (MAX_DIGITS + 1)) is None
    assert _number("e") is None
    assert as_value(".") == ""


def test_wrappings_are_unpacked_three_deep():
    assert normalised(r"\boxed{\text{\mathrm{a}}}") == "a"
    assert normalised(r"\boxed{\text{\mathrm{\mathbf{a}}}}") == r"\boxed{a"


def test_the_folder_of_an_archive_is_the_shortest():
    members = SimpleNamespace(names=["deep/run/header.json", "run/header.json", "run/a.json"])
    assert _folder(members, "f") == "run/"
    assert _folder(SimpleNamespace(names=["header.json", "run/header.json"]), "f") == ""


def test_planned_samples_by_hand():
    """Three samples in two epochs are six; none is missing of six, one of five."""
    run = {"dataset": {"sample_ids": [1, 2, 3]}, "config": {"epochs": 2}}
    assert _planned(run, 6) == ()
    assert _planned(run, 5) == ("5 of 6 planned samples are in the log",)
    run["config"] = {}
    assert _planned(run, 3) == ()
    assert _planned(run, 2) == ("2 of 3 planned samples are in the log",)


def test_a_letter_stands_for_its_option():
    sample = {"choices": ["red", "I don't know"], "completion": "long story"}
    for given, answer in (("A", "red"), ("b", "I don't know"), ("C", "C"), ("AB", "AB")):
        assert _answer(sample, {"answer": given}, "here") == answer
    assert _answer(sample, {}, "here") == "long story"


def test_stated_targets_of_samples(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{}")
    with opened(path) as source:
        assert _stated([None, None], source) is None
        assert _stated([0.5, None], source).tolist() == [0.5, 0.5]
        assert _stated([0.5, 0.75], source).tolist() == [0.5, 0.75]
        with pytest.raises(InvalidInput, match="given for every sample"):
            _stated([0.5, 0.75, None], source)


def test_scores_that_are_dicts():
    right = {"correct": 1, "incorrect": 0, "not_attempted": 0}
    assert _verdict_of_dict(right, "here") == CORRECT
    assert _verdict_of_dict(right | {"correct": 0, "not_attempted": 1.0}, "here") == ABSTAIN
    for bad in (right | {"correct": "1"}, right | {"incorrect": 1}, right | {"correct": 0.5}):
        with pytest.raises(InvalidInput, match="a score must be"):
            _verdict_of_dict(bad, "here")


def test_what_an_inspect_log_begins_with():
    assert looks_like_inspect_json('{"version": 2, "eval": {')
    assert looks_like_inspect_json('{"eval": {"eval_id"')
    assert looks_like_inspect_json('{"eval": {}, "plan"')
    assert not looks_like_inspect_json('{"version": 2, "evals": {')
    assert not looks_like_inspect_json('{"eval": {')


def test_letters_tell_their_convention():
    """I or N is Inspect's, unless A or B is there too; C alone tells nothing."""
    assert _convention({"c", "i"}) == _convention({"n"}) == "inspect"
    assert _convention({"c"}) is _convention({"a", "i"}) is _convention({"a", "b"}) is None
    with pytest.raises(InvalidInput, match="--letters inspect or simpleqa"):
        kinds_of_labels({"c": 3}, ReadOptions(), place=str)


def test_graded_scores_by_hand():
    assert _graded("0.5", 0.5) == CORRECT
    assert _graded("0.49", 0.5) == WRONG
    assert _graded("0.75", 0.5) == CORRECT
    assert _graded("good", 0.5) is None
    assert _graded("0.5", None) is None
    assert [_is_number(w) for w in ("1", "-.5", "+2.", ".", "", "+", "1e3", "x1")] == (
        [True] * 3 + [False] * 5
    )


def test_names_to_choose_from_are_shown_up_to_800_characters():
    names = [f"metric_{i:04d}" for i in range(100)]
    with pytest.raises(InvalidInput) as error:
        choose("metric", names, None, where="f", flag="--scorer")
    assert len(error.value.received) == 800


def test_a_zstandard_package_is_asked_for_by_old_versions_only(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(archives, "require", lambda *names: asked.append(names[0]))
    path = zipped(tmp_path / "a.eval", {"a": "1"})
    for version, needed in (((3, 13), True), ((3, 14), False), ((3, 15), False)):
        asked.clear()
        monkeypatch.setattr(archives.sys, "version_info", version)
        with opened(path) as source, archives.archive(source) as found:
            assert found.names == ["a"]
        assert asked == (["zipfile_zstd"] if needed else [])


def lm_eval_file(path, *records):
    common = {"doc": {}, "target": "x", "arguments": [], "resps": [["x"]], "filter": "none"}
    rows = [common | {"doc_id": i} | record for i, record in enumerate(records)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_an_lm_eval_record_by_hand(tmp_path):
    """What is right stays right; a wrong answer whose thinking never ends is unparsed."""
    endless = "<think>It may be"
    said = [(endless, 1.0), (endless, 0.0), ("Paris", 0.0), ("Paris", 1.0)]
    records = [
        {"filtered_resps": [text], "exact_match": value, "metrics": ["exact_match"]}
        for text, value in said
    ]
    path = lm_eval_file(tmp_path / "samples_a.jsonl", *records)
    with opened(path) as source:
        log = read_lm_eval(source, ReadOptions(), None)
    assert log.verdict.tolist() == [CORRECT, UNPARSED, WRONG, CORRECT]
    assert not log.label_has_idk
    assert not log.labels_are_ours
    path.write_text("")
    with opened(path) as source, pytest.raises(InvalidInput, match="at least one record"):
        read_lm_eval(source, ReadOptions(), None)


def test_metrics_and_values_of_lm_eval(tmp_path):
    path = lm_eval_file(tmp_path / "samples_a.jsonl", {})
    with opened(path) as source:
        ours = ["correct", "incorrect", "not_attempted"]
        assert _metric(ours, ReadOptions(), source) == "confidence target"
        assert _metric([*ours, "stated_t"], ReadOptions(), source) == "confidence target"
        assert _metric(["acc", "exact_match"], ReadOptions(), source) == "exact_match"
        assert _metric(["acc", "f1"], ReadOptions(scorer="f1"), source) == "f1"
    record = {"values": {"acc": 1.0}, "where": "here", "unmatched": False}
    assert _value(record, "acc") == 1.0
    for value in ([1], {"a": 1}):
        with pytest.raises(InvalidInput, match="metric acc must be 0 or 1"):
            _kinds([record | {"values": {"acc": value}}], "acc", ReadOptions())


def test_options_of_a_multiple_choice():
    line = {
        "filtered_resps": [["-1.5", "False"], ["-2", "False"]],
        "arguments": [["q", " a"], ["q", " b"]],
    }
    assert _options(line, "here") == [(" a", -1.5), (" b", -2.0)]
    for few in ("x", ["x"], [["-1", "False"]], [["-1", "False"], "x"], [["-1"], ["-2"]]):
        assert _options({"filtered_resps": few}, "here") == []
    with pytest.raises(InvalidInput, match="a log-likelihood must be a number"):
        _options({"filtered_resps": [["a", "b"], ["-1", "b"]]}, "here")


def lighteval(path, metrics, **columns):
    rows = {"example": ["q1", "q2"], "predictions": [["Paris"], [""]]}
    pq.write_table(pa.table(rows | {"metrics": metrics} | columns), path)
    return path


def test_lighteval_records_by_hand(tmp_path):
    path = tmp_path / "details_t.parquet"
    lighteval(path, [{"em": 1.0}, {"em": 0.0}])
    with opened(path) as source:
        assert read_lighteval(source, ReadOptions(), None).verdict.tolist() == [CORRECT, EMPTY]
    lighteval(path, [{"em": 0.0}, {"em": 1.0}])
    with opened(path) as source:
        log = read_lighteval(source, ReadOptions(), None)
    assert (log.verdict.tolist(), log.dataset) == ([WRONG, CORRECT], "")
    lighteval(path, [{"em": 1.0, "f1": None}, {"em": None, "f1": 0.5}])
    with opened(path) as source, pytest.raises(InvalidInput, match="metric em must be in every"):
        read_lighteval(source, ReadOptions(), None)
    lighteval(path, [1.0, 0.0])
    with opened(path) as source, pytest.raises(InvalidInput, match="metrics must be a group of"):
        read_lighteval(source, ReadOptions(), None)


def test_a_newer_lighteval_record_says_its_task(tmp_path):
    path = tmp_path / "details_t.parquet"
    columns = {
        "doc": [{"id": "7", "query": "q", "task_name": "capitals"}],
        "metric": [{"em": 1.0}],
        "model_response": [{"text": ["Paris"]}],
    }
    pq.write_table(pa.table(columns), path)
    with opened(path) as source:
        log = read_lighteval(source, ReadOptions(), None)
    assert (log.verdict.tolist(), log.dataset) == ([CORRECT], "capitals")
