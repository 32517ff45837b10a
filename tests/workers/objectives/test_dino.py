"""Algorithm 1 of the paper, written once more in NumPy."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from repscope.workers.training.objective import Batch
from repscope.workers.training.schedule import Clock
from tests.workers.objectives.building import batch, objective

Array = NDArray[np.float64]


def softmax(x: Array) -> Array:
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)


def algorithm_1(
    teacher: list[Array], student: list[Array], center: Array, tps: float, tpt: float
) -> float:
    """The mean over pairs of H(t, s), for any number of student's views beside the global two."""
    losses = []
    for i, t in enumerate(teacher):
        for j, s in enumerate(student):
            if i != j:
                targets = softmax((t - center) / tpt)
                losses.append(-(targets * np.log(softmax(s / tps))).sum(axis=1).mean())
    return float(np.mean(losses))


@pytest.mark.parametrize("local_crops", [0, 3])
@pytest.mark.parametrize(("tps", "tpt"), [(0.1, 0.04), (0.2, 0.1)])
def test_the_loss_is_algorithm_1(
    monkeypatch: pytest.MonkeyPatch, local_crops: int, tps: float, tpt: float
) -> None:
    dino = objective(
        "dino",
        outcomes=16,
        student_temperature=tps,
        teacher_temperature=tpt,
        warmup_teacher_temperature=tpt,
        local_crops=local_crops,
    )
    dino.center.uniform_(-0.1, 0.1)
    for parameter in dino.teacher.parameters():  # a teacher that differs from its student
        parameter.add_(0.02 * torch.randn_like(parameter))
    views: list[torch.Tensor] = []
    draw = dino.view

    def watched(images: torch.Tensor, augmentation: object) -> torch.Tensor:
        views.append(draw(images, augmentation))
        return views[-1]

    monkeypatch.setattr(dino, "view", watched)
    terms = dino.loss(batch())
    with torch.no_grad():
        student = [dino.student(view).double().numpy() for view in views]
        teacher = [dino.teacher(view).double().numpy() for view in views[:2]]
    assert len(student) == 2 + local_crops
    expected = algorithm_1(teacher, student, dino.center.double().numpy(), tps, tpt)
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-4)
    targets = softmax((teacher[0] - dino.center.double().numpy()) / tpt)
    given = np.log(softmax(student[1] / tps))
    kl = (targets * (np.log(targets) - given)).sum(axis=1).mean()
    assert terms["kl"].item() == pytest.approx(kl, rel=1e-3, abs=1e-5)
    entropy = -(targets * np.log(targets)).sum(axis=1).mean()
    assert terms["target_entropy"].item() == pytest.approx(entropy, rel=1e-3)


def test_only_the_student_learns() -> None:
    dino = objective("dino", outcomes=16, local_crops=1, freeze_last_layer=0)
    dino.loss(batch())["loss"].backward()
    assert all(each.grad is None for each in dino.teacher.parameters())
    assert all(each.grad is not None for each in dino.student.parameters())


def test_the_last_layer_is_frozen_in_the_first_epoch() -> None:
    dino = objective("dino", outcomes=16, local_crops=0)
    for step, frozen in ((0, True), (9, True), (10, False)):
        dino.clock = Clock(step, steps=100, steps_per_epoch=10)
        dino.zero_grad(set_to_none=True)
        dino.loss(batch())["loss"].backward()
        without = {name for name, each in dino.student.named_parameters() if each.grad is None}
        assert without == ({"head.prototypes"} if frozen else set())


def test_the_temperature_of_the_teacher_goes_evenly_to_its_final_value() -> None:
    dino = objective(
        "dino",
        teacher_temperature=0.07,
        warmup_teacher_temperature=0.04,
        warmup_teacher_temperature_epochs=3,
    )
    found = []
    for epoch in range(5):
        dino.clock = Clock(10 * epoch, steps=50, steps_per_epoch=10)
        found.append(dino.tpt)
    assert found == pytest.approx([0.04, 0.05, 0.06, 0.07, 0.07])
    assert objective("dino", warmup_teacher_temperature_epochs=0).tpt == 0.07


def test_blurred_views_are_the_papers() -> None:
    first, second, local = (
        (view.blur, view.solarize)
        for dino in [objective("dino", blur=True)]
        for view in (dino.global_view, dino.second_view, dino.local_view)
    )
    assert (first, second, local) == ((1.0, 0.0), (0.1, 0.2), (0.5, 0.0))


def test_teacher_and_center_follow_after_an_update() -> None:
    dino = objective("dino", outcomes=16, local_crops=0, momentum=0.9, center_momentum=0.7)
    dino.clock = Clock(step=50, steps=100, steps_per_epoch=10)
    before = {name: value.clone() for name, value in dino.teacher.state_dict().items()}
    center = dino.center.clone()
    dino.loss(batch())
    seen = torch.cat(dino.seen).mean(dim=0, keepdim=True)
    with torch.no_grad():
        for parameter in dino.student.parameters():
            parameter.add_(1.0)
    dino.after_update()
    momentum = 1.0 - (1.0 - 0.9) * (1.0 + np.cos(np.pi * 0.5)) / 2.0
    for name, value in dino.teacher.named_parameters():
        expected = momentum * before[name] + (1 - momentum) * (before[name] + 1.0)
        torch.testing.assert_close(value.detach(), expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(dino.center, 0.7 * center + 0.3 * seen)
    assert dino.seen == []


def test_the_encoder_is_the_backbone_of_the_teacher_read_at_its_cls_token() -> None:
    dino = objective("dino", outcomes=16)
    with torch.no_grad():
        dino.teacher.backbone.cls_token.add_(1.0)
    images = batch().images
    tokens = dino.teacher.backbone(dino.normalize(images))
    torch.testing.assert_close(dino.features(images), tokens[:, 0])
    assert dino.description()["config"]["pool"] == "cls"
    assert {name for name in dino.published() if "." not in name} == {"cls_token", "pos_embed"}


def test_crops_are_of_two_sizes() -> None:
    dino = objective("dino", outcomes=16, patch_size=4)
    small = dino.view(batch().images, dino.local_view)
    assert small.shape[2:] == (8, 8)
    assert dino.student(small).shape == (6, 16)


def test_samples_tell_both_distributions() -> None:
    dino = objective("dino", outcomes=32)
    one = batch()
    values = dino.samples(Batch(one.images, one.labels, one.rows)).values
    assert np.shape(values["teacher"]) == np.shape(values["student"]) == (6, 16)
    assert (np.diff(values["teacher"], axis=1) <= 0).all()
