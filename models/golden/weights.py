"""Random weights that behave: seeded, at sensible scale, and small once compressed.

A graph fresh from its constructor answers the same dull thing everywhere. Three steps make it answer
like a trained one, in form if not in sense: every large weight is a short random block repeated
(`fill`), every convolution is scaled so that what it gives has unit deviation (`settle`, after
Mishkin & Matas, "All you need is a good init", 2016), and the last layers are scaled and shifted so
that classes differ and a chosen number of boxes clears the threshold (`spread`, `shift_until`).
The repeated blocks are why a model of many megabytes is a fixture of some kilobytes.
"""

import math

import torch
from torch import nn

PERIOD = 499  # a prime: filters next to each other never start at the same place of the block


def fill(model, seed):
    """Gives every matrix and filter bank a repeated block of seeded normal numbers, at He's scale."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            if "BatchNorm" in type(module).__name__ and hasattr(module, "weight"):
                # Folded into its convolution it scales every channel alike, so blocks stay blocks.
                module.weight.fill_(1.0)
                module.bias.fill_(0.0)
        for parameter in model.parameters():
            if parameter.dim() < 2:
                continue
            fan_in = parameter[0].numel()
            block = torch.randn(PERIOD, generator=generator)
            # Few distinct bit patterns compress well.
            block = (block * 64).round() / 64
            times = math.ceil(parameter.numel() / PERIOD)
            flat = block.repeat(times)[: parameter.numel()]
            parameter.copy_(flat.reshape(parameter.shape) * math.sqrt(1.0 / fan_in))


def settle(model, run):
    """Scales each convolution, in the order they run, to unit deviation of its output."""
    done, hooks = set(), []

    def hook(module, _inputs, output):
        if module in done:
            return output
        done.add(module)
        deviation = float(output.std())
        if not 1e-9 < deviation < 1e9:
            return output
        with torch.no_grad():
            module.weight.div_(deviation)
            if module.bias is not None:
                module.bias.zero_()
        return module._conv_forward(_inputs[0], module.weight, module.bias)

    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            hooks.append(module.register_forward_hook(hook))
    with torch.no_grad():
        run()
    for h in hooks:
        h.remove()


def seen(module, run):
    """Everything `module` gives while `run` runs, as [positions, channels]."""
    outputs = []

    def hook(module, _inputs, output):
        channels = 1 if isinstance(module, nn.Conv2d) else output.dim() - 1
        outputs.append(output.detach().movedim(channels, -1).reshape(-1, output.shape[channels]))

    handle = module.register_forward_hook(hook)
    with torch.no_grad():
        run()
    handle.remove()
    return torch.cat(outputs)


def spread(module, run, deviation, mean):
    """Scales and shifts a last layer: each channel's mean becomes `mean`, all deviate by `deviation`."""
    values = seen(module, run)
    factor = deviation / float((values - values.mean(0)).std())
    mean = torch.as_tensor(mean, dtype=torch.float32).expand(values.shape[1])
    with torch.no_grad():
        module.weight.mul_(factor)
        module.bias.copy_(mean + (module.bias - values.mean(0)) * factor)


def uneven(classes, mean, seed):
    """Means of class scores, some classes being likelier than others, as in any street."""
    generator = torch.Generator().manual_seed(seed)
    return mean + 1.5 * torch.randn(classes, generator=generator)


def shift_until(modules, count, wanted, low=-12.0, high=12.0, channels=None):
    """Adds one number to the biases of `modules` so that `count()` is about `wanted`.

    `channels` gives, for each module, a factor a channel (1 where left out). `count` must grow with
    what is added.
    """
    before = [m.bias.detach().clone() for m in modules]
    channels = channels or [1.0] * len(modules)
    for _ in range(24):
        middle = (low + high) / 2
        with torch.no_grad():
            for module, bias, factor in zip(modules, before, channels):
                module.bias.copy_(bias + middle * factor)
            found = count()
        if found == wanted:
            return
        low, high = (low, middle) if found > wanted else (middle, high)
