"""Gates that are told the supporting facts."""

import torch
from torch.nn import functional as F

from mininet.learning import Now, Optimiser, Scoring, Training, train
from mininet.learning.gates import GuidedGates
from mininet.models.dynamic_memory import DMNPlus
from mininet.tasks.babi.asking import Asked
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.telling import tell

QUESTIONS = tell(2, 40, seed=0)
WORDS = Vocabulary.of(QUESTIONS)
BATCH = encode(QUESTIONS, WORDS)


def model(**sizes):
    torch.manual_seed(0)
    return DMNPlus(len(WORDS), **{"size": 8, "dropout": 0.0, **sizes})


def test_the_loss_is_that_of_the_answers_and_of_the_gates():
    dmn = model()
    logits, scores = dmn.scored(BATCH)
    answers = F.cross_entropy(logits, BATCH.answers)
    gates = dmn.gate_cost(scores, BATCH)
    for weight in (0.0, 0.5):
        objective = GuidedGates(Asked(BATCH), weight=weight)
        loss = objective.loss(dmn, BATCH, torch.Generator())
        torch.testing.assert_close(loss.total, answers + weight * gates)
        assert loss.told == {"loss": answers.item(), "gates": gates.item()}


def test_it_is_guided_on_the_questions_to_practise_on_too():
    practice = Asked(BATCH)
    objective = GuidedGates(Asked(BATCH), practice, weight=0.5)
    now = objective.at(Now(1, 10, 1e-3))
    assert isinstance(now, GuidedGates) and now.weight == 0.5
    assert now.task is practice
    alone = GuidedGates(Asked(BATCH))
    assert alone.at(Now(1, 10, 1e-3)) is alone


def test_told_gates_look_at_the_fact_that_each_pass_is_to_find():
    dmn = model(size=16, passes=2)
    training = Training(
        steps=150,
        lengths=1,
        batch_size=20,
        optimiser=Optimiser(1e-2),
        scoring=Scoring(times=1, size=40),
    )
    train(dmn, GuidedGates(Asked(BATCH)), training, progress=False)
    gates = dmn.eval().trace(BATCH)[1].detach()
    for k in (0, 1):
        right = gates[:, k].argmax(1) == (BATCH.supports == k + 1).int().argmax(1)
        assert right.double().mean() > 0.95
